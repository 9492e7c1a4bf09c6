// Ctrl-C in a terminal, at every stage: the command exits, says what continues without it, and leaves terminal and
// files as they were.
import {readdir} from 'node:fs/promises'
import {dirname} from 'node:path'
import {afterAll, afterEach, beforeAll, beforeEach, describe, expect, it} from 'vitest'
import {program} from '../support/run-plugin.js'
import {openStage} from '../support/stage.js'
import {type Terminal, openTerminal} from '../support/terminal.js'

type Stage = Awaited<ReturnType<typeof openStage>>

let stage: Stage
let terminal: Terminal
let before: string

beforeAll(async () => {
  stage = await openStage()
})
afterAll(() => stage?.close())

beforeEach(async () => {
  const {NODE_ENV: _testRunners, ...env} = process.env
  terminal = await openTerminal({
    columns: 80,
    cwd: stage.directory,
    env: {...env, PATH: `${dirname(program)}:${env.PATH}`},
  })
  await terminal.shows(/^\$/)
  before = await terminal.state()
})

afterEach(async () => {
  await terminal.close()
  stage.s3.faults.clear()
})

/** Types a command that also prints its exit code. */
const type = (command: string) => terminal.type(`run.js ${command}; echo "exit $?"`)

async function interruptAt(pattern: RegExp): Promise<string> {
  await terminal.shows(pattern)
  await terminal.press('C-c')
  const screen = await terminal.shows(/exit \d+\n\$/)
  expect(await terminal.state()).toBe(before)
  return screen
}

describe('Ctrl-C', () => {
  it('at the question: nothing is sent', async () => {
    await type('heapdump:trigger --env .env')
    const screen = await interruptAt(/Continue\?/)
    expect(screen).toMatch(/Nothing was sent\.\n[\s\S]*exit 130\n/)
  })

  it('answering no: nothing is sent either', async () => {
    await type('heapdump:trigger --env .env')
    await terminal.shows(/Continue\?/)
    await terminal.type('n')
    expect(await terminal.shows(/exit 1\n/)).toContain('Nothing was sent.')
    expect(stage.s3.objects.size).toBe(0)
  })

  it('while no agent answers', async () => {
    await type('heapdump:trigger --env .env --yes --dyno web.2')
    const screen = await interruptAt(/Asking web\.2/)
    expect(screen).toContain('Stopped watching: the request was sent; web.2 may still dump.')
    expect(screen).toContain('exit 130')
  })

  it('while it traces, and while it dumps: the dump continues, and can be watched again', async () => {
    await type('heapdump:trigger --env .env --yes --trace 6s')
    const screen = await interruptAt(/Tracing web\.1: .* left/)
    expect(screen).toContain('Stopped watching: the dump continues in the dyno.')
    expect(screen).toMatch(/When stored: {2}\S+run\.js heapdump:list --env \.env\nexit 130/)
    // A long path to the plugin wraps the lines.
    const unwrapped = screen.replaceAll('\n', '')
    const [, again, id] = /(heapdump:trigger --attach (\w{10}))/.exec(unwrapped) ?? []
    expect(unwrapped).toMatch(new RegExp(`Cancel: +\\S+run\\.js heapdump:cancel ${id} `))
    await terminal.type('clear')
    await type(`${again} --env .env`)
    const stored = await terminal.shows(/exit 0\n/)
    expect(stored).toContain('Done: 2 dumps of web.1 in')
    // Once: the progress makes room for the result.
    expect(stored.match(/puma worker 0/g)).toHaveLength(1)
    expect(stored).not.toContain('Ctrl-C')
    expect(stage.s3.objects.size).toBe(6)

    stage.s3.faults.add({delayMs: 3000, operation: 'PutObject', times: 2})
    await terminal.type('clear')
    await type('heapdump:trigger --env .env --yes')
    expect(await interruptAt(/ of [\d.k]+ objects/)).toContain('the dump continues in the dyno.')
    await expect.poll(() => stage.s3.objects.size, {interval: 200, timeout: 60_000}).toBe(12)
  })

  it('and cancelled: nothing is traced or stored', async () => {
    await type('heapdump:trigger --env .env --yes --trace 10m')
    await interruptAt(/Tracing web\.1: .* left/)
    await terminal.type('clear')
    await type('heapdump:cancel --env .env && run.js heapdump:status --env .env')
    const screen = await terminal.shows(/exit 0\n/)
    expect(screen).toMatch(/Cancelled \w{10} on web\.1\. No process is being dumped or traced any more\.\n/)
    expect(screen).toContain('puma worker 0 ')
    expect(screen).not.toMatch(/Tracing| left|in progress/)
    expect(stage.s3.objects.size).toBe(12)
  })

  it.each([
    ['heapdump:prune --keep 1', /To proceed, type \.env:/, 'Nothing was deleted.'],
    ['heapdump:delete latest', /This permanently deletes d\w{5} /, 'Nothing was deleted.'],
  ])('at the question of %s: nothing is removed', async (command, question, told) => {
    await type(`${command} --env .env`)
    const screen = await interruptAt(question)
    expect(screen).toContain(told)
    expect(screen).not.toContain('AbortError')
    expect(screen).toContain('exit 130')
    expect(stage.s3.objects.size).toBe(12)
  })

  it('while it downloads: no file is left', async () => {
    const files = await readdir(stage.directory)
    stage.s3.faults.add({operation: 'GetObject', stallAfterBytes: 100_000})
    await type('heapdump:download --env .env')
    const screen = await interruptAt(/downloading .*%/)
    expect(screen).toContain('Stopped. Nothing was saved.')
    expect(screen).toContain('exit 1')
    expect(await readdir(stage.directory)).toEqual(files)
  })

  it('while it analyzes: it exits like any program', async () => {
    const files = await readdir(stage.directory)
    stage.s3.faults.add({key: /(?<!\.memory)\.json\.gz$/, operation: 'GetObject', stallAfterBytes: 100_000})
    await terminal.type('run.js heapdump:analyze --env .env')
    await terminal.shows(/reading .*%/)
    await terminal.press('C-c')
    await terminal.shows(/\n\$$/)
    expect(await terminal.state()).toBe(before)
    expect(await readdir(stage.directory)).toEqual(files)
  })
})
