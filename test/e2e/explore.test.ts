// The explorer in a real terminal, operated with every key: from the first suspect to what it keeps alive, through the
// lists, and out.
// SCREENSHOTS=DIRECTORY saves each screen, with its colours.
import {execFile} from 'node:child_process'
import {mkdir, mkdtemp, readdir, readlink, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {promisify} from 'node:util'
import {afterAll, afterEach, beforeAll, describe, expect, it} from 'vitest'
import {KEY_HELP} from '../../src/lib/render/ink/explore/keys.js'
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

/** As tmux names the keys of the help. */
const TMUX_NAMES: Readonly<Record<string, string>> = {
  '↑': 'Up',
  '↓': 'Down',
  '←': 'Left',
  '→': 'Right',
  Backspace: 'BSpace',
  'ctrl-b': 'C-b',
  'ctrl-c': 'C-c',
  'ctrl-f': 'C-f',
  Esc: 'Escape',
  PgDn: 'PageDown',
  PgUp: 'PageUp',
}

/** Presses keys and looks at each screen, which fills the window and never exceeds it. */
class Tour {
  readonly pressed = new Set<string>()
  #steps = 0

  constructor(
    private readonly opened: Terminal,
    private columns: number,
    private rows: number,
  ) {}

  async press(key: string, pattern: RegExp): Promise<string> {
    this.pressed.add(key)
    await this.opened.press(key)
    return this.look(pattern, key)
  }

  /** Types letters of a filter. */
  async type(letters: string, pattern: RegExp): Promise<string> {
    await this.opened.write(letters)
    return this.look(pattern, letters)
  }

  async resize(columns: number, rows: number, pattern: RegExp): Promise<string> {
    ;[this.columns, this.rows] = [columns, rows]
    await this.opened.resize(columns, rows)
    // Until it is drawn again, the window shows a part of what it showed before.
    await this.opened.shows(new RegExp(`^heap\\.json.*(?:\\n.*){${rows - 2}}$`))
    return this.look(pattern, 'resize')
  }

  async look(pattern: RegExp, after: string): Promise<string> {
    const screen = await this.opened.shows(pattern, 30)
    await this.#keepPicture(after)
    const lines = screen.split('\n')
    expect(lines, `after ${after}`).toHaveLength(this.rows - 1)
    for (const line of lines) expect(line.length, `after ${after}: ${line}`).toBeLessThanOrEqual(this.columns)
    return screen
  }

  async #keepPicture(after: string): Promise<void> {
    const pictures = process.env.SCREENSHOTS
    if (!pictures) return
    await mkdir(pictures, {recursive: true})
    const name = `explore-${this.columns}x${this.rows}-${String(this.#steps++).padStart(2, '0')}-${after}.ansi`
    await writeFile(join(pictures, name.replaceAll('/', 'slash')), await this.opened.picture())
  }
}

describe.each([
  [80, 24, [60, 16], [100, 30]],
  [120, 40, [70, 20], [140, 50]],
] as const)('on a terminal of %i × %i', (columns, rows, smaller, larger) => {
  it('lands on what accumulates, answers every key, and leaves the terminal as it was', async () => {
    const {opened, before} = await openExplorer(columns, rows)
    const tour = new Tour(opened, columns, rows)
    const first = await tour.look(/▸ 1 \w+ +\S/, 'start')
    expect(first).toMatch(/1 Suspects \d+ {4}2 Classes \d+ {4}3 Sites \d+ {4}4 Dominators 1,000/)

    // The lists of the dump, and the rows of one.
    await tour.press('2', /^ +Class +▾Retained/m)
    await tour.press('Right', /^ +Allocation site +▾Retained/m)
    await tour.press('Left', /^ +Class +▾Retained[^]* 1 of \d+$/m)
    await tour.press('j', / 2 of \d+$/m)
    await tour.press('Down', / 3 of \d+$/m)
    await tour.press('k', / 2 of \d+$/m)
    await tour.press('Up', / 1 of \d+$/m)
    await tour.press('End', / (\d+) of \1$/m)
    await tour.press('Home', / 1 of \d+$/m)
    const {at: page} = positionIn(await tour.press('C-f', / (?!1 )\d+ of \d+$/m))
    expect(page).toBeGreaterThan(rows / 2)
    await tour.press('C-b', / 1 of \d+$/m)
    await tour.press('PageDown', new RegExp(` ${page} of \\d+$`, 'm'))
    await tour.press('PageUp', / 1 of \d+$/m)
    await tour.press('s', /Retained +▾Shallow +Objects$/m)
    await tour.press('l', /^heap\.json › \S+/m)
    await tour.press('h', /^ +Class +Retained +▾Shallow/m)
    await tour.press('1', /▸ 1 \w+ +\S/)

    // The suspect: the Hash itself, with what the suspect says, and what it keeps alive in a row for each class.
    await tour.press('/', /^\/▏/m)
    await tour.type('issuesquery', /^\/issuesquery▏ +1 of 1$/m)
    await tour.press('Enter', /^\/issuesquery +1 of 1$/m)
    const object = await tour.press('Enter', /retains [\d.]+ MB in [\d,]+ objects/)
    expect(object).toMatch(/^heap\.json › suspect \d$/m)
    expect(object).toMatch(/1 Keeps alive {4}2 Held by {4}3 Path {4}4 Allocation sites {4}5 References/)
    expect(object).toMatch(/^IssuesQuery keeps adding to a Hash/m)
    expect(object).toMatch(/^Hash, 4,000 entries/m)
    expect(await tour.look(/▸ key or value → 4,000 × Hash +[\d.]+ MB/, 'rows')).toMatch(/▾Retained +Shallow +Objects$/m)
    await tour.press('s', /Retained +▾Shallow +Objects$/m)
    await tour.press('s', /Retained +Shallow +▾Objects$/m)
    await tour.press('g', /▾Retained +Shallow\n.*\n[^]*1 of 8,000$/m)
    await tour.press('g', /▸ key or value → 4,000 × Hash/)
    await tour.press('2', /▸ (constant or variable → )?IssuesQuery \(class\)/)
    const path = await tour.press('3', /▸ ROOT .*Object \(class\)/)
    expect(path).toMatch(/└ constant → IssuesQuery \(class\)/)
    await tour.press('4', /▸ .*dump-leak\.rb:\d+ +[\d.]+ MB/)
    await tour.press('5', /▸ key or value → 4,000 × Hash/)
    await tour.press('Tab', /▸ key or value → 4,000 × Hash/)

    // The window becomes smaller and larger on the way.
    for (const [width, height] of [smaller, larger, [columns, rows]] as const) {
      const resized = await tour.resize(width, height, /▸ key or value → 4,000 × Hash/)
      expect(resized).toMatch(/^heap\.json › suspect \d$/m)
      expect(resized).toContain('retains')
      expect(resized).toMatch(/q quit +1 of \d+$/m)
    }

    // From the group to its objects, page by page.
    await tour.press('Enter', /suspect \d › Hash\n[^]*1 of 4,000$/m)
    const rowsOfPage = (await tour.press('PageDown', / (?!1 )\d+ of 4,000$/m))
      .split('\n')
      .filter(line => line.includes('key or value →'))
    expect(rowsOfPage.length).toBeGreaterThan(rows / 2 - 2)
    await tour.press('>', /▸ key or value → .*\n.*4,000 of 4,000$/)
    await tour.press('<', /1 of 4,000$/m)

    // The command of a row, which is printed again at the end.
    const copied = await tour.press('y', /Copy it from here/)
    const [, command] = /(\S* ?heapdump:explain heap\.json 0x[0-9a-f]+)$/m.exec(copied)!
    await tour.press('x', /1 of 4,000$/m)

    await tour.press('f', /› all objects$/m)
    await tour.type('billing::invoice', /^\/billing::invoice▏ +1 of 4,001$/m)
    await tour.press('Escape', /1 of 1,000 largest of [\d.]+k$/m)
    await tour.press('/', /^\/▏/m)
    await tour.type('0x7', /^\/0x7▏ +1 of 1,000 largest of [\d.]+k$/m)
    await tour.press('Escape', /1 of 1,000 largest of [\d.]+k$/m)
    for (const title of [/suspect \d › Hash$/m, /heap\.json › suspect \d$/m, /heap\.json$/m])
      await tour.press('BSpace', title)

    expect(await tour.press('?', /group like objects/)).not.toContain('…')
    for (const key of KEY_HELP.flatMap(([keys]) => keys.replace('1 to 5', '1 2 3 4 5').split(/ +/)))
      if (key !== 'q' && key !== 'ctrl-c') expect(tour.pressed).toContain(TMUX_NAMES[key] ?? key)
    await opened.press('q')
    await isRestored(opened, before, 0)
    expect((await opened.screen()).replaceAll('\n', '')).toContain(command)
  })
})

/** `2 of 51` in the last line. */
function positionIn(screen: string): {readonly at: number} {
  return {at: Number(/ (\d+) of \d+$/m.exec(screen)?.[1])}
}

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

it('needs a terminal, and says so', async () => {
  const {code, stderr, stdout} = await runPlugin(['heapdump:explore', join(directory, 'heap.json')])
  expect({code, stdout}).toEqual({code: 2, stdout: ''})
  expect(stderr.replaceAll(/\s+›?\s*/g, ' ')).toContain('heapdump:explore needs a terminal')
  expect(await runPlugin(['heapdump:explore', '-'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('reads keys from stdin'),
  })
})
