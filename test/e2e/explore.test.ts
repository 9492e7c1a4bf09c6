// The explorer in a real terminal, operated with keys: from the first suspect to what it keeps alive, through the
// lists, and out.
import {execFile} from 'node:child_process'
import {mkdtemp, readdir, readlink, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {promisify} from 'node:util'
import {afterAll, afterEach, beforeAll, describe, expect, it} from 'vitest'
import {program, runPlugin} from '../support/run-plugin.js'
import {openTerminal, type Terminal} from '../support/terminal.js'

let directory = ''
let terminal: Terminal | null = null

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'heapdump-explore-'))
  await promisify(execFile)('ruby', [
    fileURLToPath(new URL('../support/ruby/dump-leak.rb', import.meta.url)),
    join(directory, 'heap.json'),
    'secret',
  ])
})
afterEach(async () => {
  await terminal?.close()
  terminal = null
})
afterAll(() => rm(directory, {force: true, recursive: true}))

/** Opens the explorer in a terminal that already shows some text; returns the terminal, and its state before. */
async function openExplorer(
  columns: number,
  rows: number,
): Promise<{readonly opened: Terminal; readonly before: string}> {
  // In CI, Ink draws nothing before the end.
  const {NODE_ENV: _testRunners, CI: _build, CONTINUOUS_INTEGRATION: _too, ...env} = process.env
  const opened = await openTerminal({
    columns,
    cwd: directory,
    env: {...env, PATH: `${dirname(program)}:${env.PATH}`, XDG_CACHE_HOME: join(directory, 'cache')},
    rows,
  })
  terminal = opened
  await opened.shows(/^\$/)
  await opened.type('echo what was there')
  await opened.shows(/^what was there$/m)
  const before = await opened.state()
  await opened.type('run.js heapdump:explore heap.json; echo "exit $?"')
  await opened.shows(/q quit/)
  return {before, opened}
}

/** The process that runs the explorer in `directory`. */
async function explorerPid(): Promise<number> {
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const [cwd, exe] = await Promise.all([readlink(`/proc/${name}/cwd`), readlink(`/proc/${name}/exe`)]).catch(() => [
      '',
      '',
    ])
    if (cwd === directory && exe.includes('node')) return Number(name)
  }

  throw new Error('The explorer is not running.')
}

async function isRestored(opened: Terminal, before: string, code: number): Promise<void> {
  const screen = await opened.shows(new RegExp(`exit ${code}\\n\\$`))
  expect(screen).toContain('what was there')
  expect(screen).not.toContain('Retained')
  expect(await opened.state()).toBe(before)
}

describe.each([
  [80, 24],
  [120, 40],
])('on a terminal of %i × %i', (columns, rows) => {
  it('lands on what accumulates, and answers every key', async () => {
    const {opened, before} = await openExplorer(columns, rows)
    const first = await opened.shows(/▸ 1 \w+ +\S/)
    expect(first.split('\n')).toHaveLength(rows - 1)
    for (const line of first.split('\n')) expect(line.length).toBeLessThanOrEqual(columns)
    expect(first).toMatch(/1 Suspects \d+ {4}2 Classes \d+ {4}3 Sites \d+ {4}4 Dominators 1,000/)

    await opened.press('/')
    await opened.shows(/^\/▏/m)
    await opened.type('issuesquery')
    const suspects = await opened.shows(/1 of 1$/m)
    expect(suspects).toMatch(/▸ \d \w+ +IssuesQuery/)
    // The Hash itself, with what the suspect says, and what it keeps alive in a row for each class.
    await opened.press('Enter')
    const object = await opened.shows(/retains [\d.]+ MB in [\d,]+ objects/)
    expect(object).toMatch(/^heap\.json › suspect \d$/m)
    expect(object).toMatch(/1 Keeps alive {4}2 Held by {4}3 Path {4}4 Allocation sites {4}5 References/)
    expect(object).toMatch(/^IssuesQuery keeps adding to a Hash/m)
    expect(object).toMatch(/^Hash, 4,000 entries/m)
    const grouped = await opened.shows(/▸ key or value → 4,000 × Hash +[\d.]+ MB/)
    expect(grouped).toMatch(/▾Retained +Shallow +Objects$/m)
    await opened.press('s')
    await opened.shows(/Retained +▾Shallow +Objects$/m)
    await opened.press('s')
    await opened.shows(/Retained +Shallow +▾Objects$/m)
    await opened.press('g')
    await opened.shows(/▾Retained +Shallow\n.*\n[^]*1 of 8,000$/m)
    await opened.press('g')
    await opened.shows(/▸ key or value → 4,000 × Hash/)

    await opened.press('2')
    await opened.shows(/▸ (constant or variable → )?IssuesQuery \(class\)/)
    await opened.press('Tab')
    const path = await opened.shows(/▸ ROOT .*Object \(class\)/)
    expect(path).toMatch(/└ constant → IssuesQuery \(class\)/)
    await opened.press('4')
    await opened.shows(/▸ .*dump-leak\.rb:\d+ +[\d.]+ MB/)
    await opened.press('5')
    await opened.shows(/▸ key or value → 4,000 × Hash/)
    await opened.press('1')

    // From the group to its objects, page by page, and filtered.
    await opened.press('Enter')
    await opened.shows(/suspect \d › Hash\n[^]*1 of 4,000$/m)
    await opened.press('PageDown')
    await opened.press('PageDown')
    const page = await opened.shows(/of 4,000$/m)
    expect(page.split('\n').filter(line => line.includes('key or value →')).length).toBeGreaterThan(rows / 2 - 2)
    await opened.press('>')
    await opened.shows(/▸ key or value → .*\n.*4,000 of 4,000$/)
    await opened.press('<')
    await opened.shows(/1 of 4,000$/m)

    // The command of a row, which is printed again at the end.
    await opened.press('y')
    const copied = await opened.shows(/Copy it from here/)
    const [, command] = /(\S* ?heapdump:explain heap\.json 0x[0-9a-f]+)$/m.exec(copied)!
    await opened.press('x')

    await opened.press('f')
    await opened.shows(/› all objects$/m)
    await opened.type('billing::invoice')
    await opened.shows(/^\/billing::invoice +1 of 4,001$/m)
    await opened.press('Escape')
    await opened.shows(/1 of 1,000 largest of [\d.]+k$/m)
    for (const title of [/suspect \d › Hash$/m, /heap\.json › suspect \d$/m, /heap\.json$/m]) {
      await opened.press('BSpace')
      await opened.shows(title)
    }

    await opened.press('?')
    expect(await opened.shows(/group like objects/)).not.toContain('…')
    await opened.press('q')
    await isRestored(opened, before, 0)
    expect((await opened.screen()).replaceAll('\n', '')).toContain(command)
  })
})

describe('leaving', () => {
  it('by Ctrl-C restores the terminal', async () => {
    const {opened, before} = await openExplorer(80, 24)
    await opened.press('C-c')
    await isRestored(opened, before, 0)
  })

  it('by SIGTERM restores the terminal, and tells the shell', async () => {
    const {opened, before} = await openExplorer(80, 24)
    process.kill(await explorerPid(), 'SIGTERM')
    await isRestored(opened, before, 143)
  })
})

it('adapts to a new window size', async () => {
  const {opened} = await openExplorer(120, 40)
  await opened.press('2')
  await opened.shows(/^ +Class +▾Retained/m)
  for (const [columns, rows] of [
    [60, 16],
    [100, 30],
  ] as const) {
    await opened.resize(columns, rows)
    const screen = await opened.shows(new RegExp(`^.*heap\\.json[^]*\\n.*1 of \\d+$`))
    await expect.poll(async () => (await opened.screen()).split('\n').length).toBe(rows - 1)
    expect((await opened.screen()).split('\n')[1]).toContain('1 Suspects')
    expect(screen).toContain('Retained')
    for (const line of (await opened.screen()).split('\n')) expect(line.length).toBeLessThanOrEqual(columns)
  }
})

it('needs a terminal, and says so', async () => {
  const {code, stderr, stdout} = await runPlugin(['heapdump:explore', join(directory, 'heap.json')])
  expect({code, stdout}).toEqual({code: 2, stdout: ''})
  expect(stderr.replaceAll(/\s+›?\s*/g, ' ')).toContain('heapdump:explore needs a terminal')
  expect(await runPlugin(['heapdump:explore', '-'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('reads keys from stdin'),
  })
})
