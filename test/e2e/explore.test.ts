// The explorer in a real terminal, operated with keys: from the first suspect along its path, through the lists, and
// out.
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
  it('opens the first suspect, follows its path to the root, filters, and restores the terminal', async () => {
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
    await opened.press('Enter')
    await opened.shows(/heap\.json › suspect \d/)
    const path = await opened.shows(/▸ ROOT .*Object \(class\)/)
    expect(path).toMatch(/└ constant → IssuesQuery \(class\)/)

    await opened.press('End')
    await opened.shows(/▸ +└ .*Hash, 4,000 entries/)
    await opened.press('Enter')
    const object = await opened.shows(/retains [\d.]+ MB in [\d,]+ objects/)
    expect(object).toMatch(/1 Path to root {4}2 Referrers {4}3 References {4}4 Dominates/)
    await opened.shows(/└ constant → IssuesQuery \(class\)/)

    await opened.press('2')
    await opened.shows(/▸ (constant or variable → )?IssuesQuery \(class\)/)
    await opened.press('4')
    await opened.shows(/1 of 8,000$/m)
    await opened.press('PageDown')
    await opened.press('PageDown')
    const page = await opened.shows(/of 8,000$/m)
    expect(page.split('\n').filter(line => line.includes('key or value →')).length).toBeGreaterThan(rows / 2 - 2)
    await opened.press('End')
    await opened.shows(/▸ key or value → .*\n.*8,000 of 8,000$/)
    await opened.press('/')
    await opened.type('string')
    await opened.shows(/^\/string +1 of 4,000$/m)
    await opened.press('Escape')
    await opened.shows(/1 of 8,000$/m)
    for (const title of [/heap\.json › suspect \d\n/, /heap\.json\n/]) {
      await opened.press('BSpace')
      await opened.shows(title)
    }

    await opened.press('q')
    await isRestored(opened, before, 0)
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
  await opened.shows(/^ +Class +Retained/m)
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
