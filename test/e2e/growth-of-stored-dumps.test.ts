// heapdump:diff and heapdump:trend on dumps of one process in a bucket, stored like the agent's and named by their ids.
import {mkdtempSync, readFileSync, rmSync, statSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {execFileSync} from 'node:child_process'
import {gzipSync} from 'node:zlib'
import type {Browser, Locator} from 'playwright-core'
import {afterAll, afterEach, beforeAll, beforeEach, describe, expect, it} from 'vitest'
import HeapdumpDiff from '../../src/commands/heapdump/diff.js'
import HeapdumpTrend from '../../src/commands/heapdump/trend.js'
import {faultsInEachWay, look, openBrowser} from '../support/browser.js'
import {type TestBucket, idOf, openBucket, storedDump} from '../support/bucket.js'
import {runCommand} from '../support/run-command.js'
import {program, runPlugin} from '../support/run-plugin.js'

const script = fileURLToPath(new URL('../support/ruby/dump-growth.rb', import.meta.url))
const directory = mkdtempSync(join(tmpdir(), 'heapdump-stored-growth-'))
const dumps = new Map<string, Buffer>()
type Kept = {className: string; objects: number; memsize: number}
let kept: Kept[]
let bucket: TestBucket

let browser: Browser

beforeAll(async () => {
  execFileSync('ruby', [script, directory, 'traced'])
  for (const name of ['a', 'b', 'c'])
    dumps.set(name, gzipSync(readFileSync(join(directory, `${name}.json`)), {level: 1}))
  kept = JSON.parse(readFileSync(join(directory, 'kept.json'), 'utf8'))
  browser = await openBrowser()
})
afterAll(async () => {
  await browser?.close()
  rmSync(directory, {recursive: true})
})

beforeEach(async () => {
  bucket = await openBucket()
})
afterEach(() => bucket.close())

type Facts = Parameters<typeof storedDump>[1] & object

const BOOTED_AT = Date.UTC(2026, 10, 24, 5) / 1000

/** Three points of the memory of the process, as the agent records them. */
function historyUntil(hour: number) {
  const seconds = (hour - 5) * 3600
  const at = [0, 1, 2].map(part => Math.round((seconds * part) / 3))
  return {at, count: at, live: at, major: at, now: seconds, old: at, pages: at, rss: [90_000, 95_000, 97_000]}
}

/** Stores a dump of web.1 at an hour of the day; returns its id. */
function store(
  name: string,
  hour: number,
  {pid = 14, facts = {}}: {pid?: number; facts?: Facts['facts']} = {},
): string {
  const stem = `20261124T${String(hour).padStart(2, '0')}1200Z-web.1-${pid}-k3f9q2m8x${hour}`
  const given = {boot: BOOTED_AT, rss: 100_000_000 + hour * 1_000_000, ...facts}
  const [dump, beside] = storedDump(stem, {body: dumps.get(name), facts: given})
  bucket.s3.seed([dump, {...beside, body: JSON.stringify({...given, history: historyUntil(hour)})}])
  return idOf(`heapdump/v1/${stem}.json.gz`)
}

/** The number of points of each line in a page. */
function pointsOf(page: string): number[] {
  return [...page.matchAll(/<polyline points="([^"]*)"/g)].map(([, points]) => points.trim().split(' ').length)
}

const run = (...args: string[]) => runPlugin([...args, '--env', bucket.envFile], {cwd: directory})

/** With the keyboard, in the second of the maps; the URL remembers it, and Back returns. */
async function zoomsInto(label: string, file: string): Promise<void> {
  const {close, page} = await look(browser, file, {reducedMotion: 'reduce'})
  const map = page.locator('#after .map')
  const box = map.locator('.cell', {hasText: label})
  const width = async (of: Locator) => (await of.boundingBox())?.width ?? 0
  const whole = await width(map)
  expect(await width(box)).toBeLessThan(whole / 1.2)
  await box.focus()
  await page.keyboard.press('Enter')
  await expect.poll(() => width(box)).toBeCloseTo(whole, 0)
  expect(new URL(page.url()).hash).toMatch(/^#after-\d+$/)
  await page.reload()
  await expect.poll(() => width(box)).toBeCloseTo(whole, 0)
  await page.goBack()
  await expect.poll(() => width(box)).toBeLessThan(whole / 1.2)
  await close()
}

async function json(id: 'heapdump:diff' | 'heapdump:trend', ...args: string[]) {
  const {code, stdout} = await runCommand(id === 'heapdump:diff' ? HeapdumpDiff : HeapdumpTrend, [
    ...args,
    '--env',
    bucket.envFile,
    '--json',
  ])
  return {code, ...JSON.parse(stdout)}
}

describe('heapdump:diff', () => {
  it('finds what the process kept, and how fast it grows', async () => {
    const ids = [store('a', 8), store('b', 10), store('c', 12)]
    const {
      code,
      dumps: compared,
      hours,
      comparedBy,
      growth,
      suspects,
    } = await json('heapdump:diff', ...ids, '--top', '0')
    expect({code, comparedBy, hours}).toEqual({code: 0, comparedBy: 'identity', hours: 4})
    expect(
      compared.map((dump: {name: string; pid: number; release: string; processBytes: number}) => [
        dump.name,
        dump.pid,
        dump.release,
        dump.processBytes,
      ]),
    ).toEqual(ids.map((id, at) => [id, 14, 'v214', 108_000_000 + at * 2_000_000]))
    const rows = (growth as Array<Kept & {owner: string}>)
      .filter(row => row.owner === 'Basket')
      .map(({className, objects, memsize}) => ({className, memsize, objects}))
    const byClass = (a: Kept, b: Kept) => (a.className < b.className ? -1 : 1)
    expect(rows.toSorted(byClass)).toEqual(
      kept.map(({className, objects, memsize}) => ({className, memsize, objects})).toSorted(byClass),
    )
    expect(suspects[0]).toMatchObject({
      owner: 'Basket',
      severity: 'high',
      title: expect.stringMatching(/^Basket holds [\d.]+ kB more: [\d.]+ kB an hour$/),
    })
  })

  it('shows the growth, and the next command, and writes a page', async () => {
    const ids = [store('a', 8), store('b', 10)]
    const {code, stdout, stderr} = await run('heapdump:diff', ...ids, '--html', 'growth.html')
    expect({code, stderr}).toEqual({
      code: 0,
      stderr: expect.stringMatching(/^Wrote growth\.html \(\d+ kB\)\. [^\n]*\n$/),
    })
    const page = readFileSync(join(directory, 'growth.html'), 'utf8')
    expect(statSync(join(directory, 'growth.html')).mode & 0o777).toBe(0o600)
    expect(page).toMatch(/<h1 class="bad">Basket holds [\d.]+\u00A0kB more: [\d.]+\u00A0kB an hour<\/h1>/)
    expect(page).toContain(`${ids.join(' → ')} · 2 h apart · ${ids[1]} · web.1 · puma worker 0`)
    expect(page).toContain('2026-11-24 10:12 UTC')
    expect(page).toMatch(/<a href="#after-\d+">Basket \(class\)<\/a>/)
    // The agent's points, and both dumps.
    expect(pointsOf(page)).toEqual([5])
    expect(await faultsInEachWay(browser, join(directory, 'growth.html'), 'diff')).toEqual([])
    await zoomsInto('Basket (class)', join(directory, 'growth.html'))
    expect((await run('heapdump:diff', ...ids, '--html', 'growth.html')).stderr).toContain(
      'growth.html already exists.',
    )
    expect(stdout).toContain(`=== ${ids.join(' → ')} · web.1 · puma worker 0 · 2 h apart`)
    expect(stdout).toContain('LEAK Basket holds')
    expect(stdout.replaceAll(/ \\\n +/g, ' ')).toContain(
      `Next: ${program} heapdump:explain ${ids[1]} Basket --env ${bucket.envFile}`,
    )
  })

  it('warns if the dumps are of different processes', async () => {
    const ids = [store('a', 8), store('b', 10, {facts: {release: 'v215'}, pid: 17})]
    const {code, comparedBy, movement, warnings} = await json('heapdump:diff', ...ids)
    expect({code, comparedBy, movement}).toEqual({code: 0, comparedBy: 'counts', movement: 'other-process'})
    expect(warnings).toEqual([`The dumps differ in release: ${ids[0]} is from v214, ${ids[1]} is from v215.`])
  })

  it('detects a compaction from the GC’s counts', async () => {
    const stem = (hour: string) => `20261124T${hour}1200Z-web.1-14-k3f9q2m8x1`
    for (const [name, hour, compactions] of [
      ['a', '08', 0],
      ['b', '10', 1],
    ] as const) {
      const [dump, facts] = storedDump(stem(hour), {body: dumps.get(name)})
      bucket.s3.seed([
        dump,
        {
          ...facts,
          body: JSON.stringify({
            gc: {compact_count: compactions, count: 40 + compactions, total_allocated_objects: 1e6 + compactions},
          }),
        },
      ])
    }

    const ids = ['08', '10'].map(hour => idOf(`heapdump/v1/${stem(hour)}.json.gz`))
    expect(await json('heapdump:diff', ...ids)).toMatchObject({code: 0, comparedBy: 'counts', movement: 'compacted'})
  })

  it('exits with 3 if a dump is cut short, and names it', async () => {
    const whole = dumps.get('b')!
    dumps.set('cut', whole.subarray(0, whole.length >> 1))
    const ids = [store('a', 8), store('cut', 10)]
    const {code, warnings} = await json('heapdump:diff', ...ids)
    expect(code).toBe(3)
    expect(warnings).toEqual([`${ids[1]} is cut short: the objects it lacks are missing here.`])
  })

  it.each([
    ['the same dump twice', (id: string) => [id, id], 2, 'same_dump'],
    ['no such dump', (id: string) => [id, 'd00000'], 1, 'dump_not_found'],
    ['newer before older', (id: string, newer: string) => [newer, id], 2, 'wrong_order'],
    ['a file that is not a dump', (id: string) => [id, join(directory, 'kept.json')], 1, 'not_a_dump'],
  ])('refuses %s', async (_what, args, exit, errorCode) => {
    const {code, error} = await json('heapdump:diff', ...args(store('a', 8), store('b', 10)))
    expect({code, error: error.code}).toEqual({code: exit, error: errorCode})
    if (errorCode === 'not_a_dump') expect(error.message).toContain('kept.json: This is not a Ruby heap dump')
  })
})

describe('heapdump:trend', () => {
  it('shows the growth per hour in the newest run, and the memory of all dumps', async () => {
    store('a', 6, {facts: {release: 'v213'}})
    const ids = [store('a', 8), store('b', 10), store('c', 12)]
    const trend = await json('heapdump:trend')
    expect(trend).toMatchObject({code: 0, dyno: 'web.1', hours: 4, memoryPerHour: 1_000_000, process: 'puma worker 0'})
    expect(trend.dumps.map((dump: {id: string}) => dump.id)).toEqual(ids)
    expect(trend.memory.map((one: {memoryBytes: number}) => one.memoryBytes)).toEqual([106e6, 108e6, 110e6, 112e6])
    const [owner] = trend.owners
    expect(owner).toMatchObject({grew: 2, owner: 'Basket'})
    // Three dumps, two hours apart: the line through them rises by a quarter of the total growth per hour.
    expect(owner.memsizePerHour).toBeCloseTo((owner.memsizes[2] - owner.memsizes[0]) / 4, 6)
    expect(trend.classes.map((row: {className: string}) => row.className)).toContain('Row')
    expect(trend.sites.map((row: {file: string}) => row.file)).toContain(script)
    const {stdout} = await run('heapdump:trend', '--last', '2', '--html', 'trend.html')
    const page = readFileSync(join(directory, 'trend.html'), 'utf8')
    expect(page).toMatch(/<h1 class="look">Basket grows fastest: [\d.]+\u00A0kB an hour<\/h1>/)
    expect(page).toContain('2 dumps in 2 h, until 2026-11-24 12:12 UTC')
    for (const id of ['before', 'after', 'owners', 'classes', 'sites']) expect(page).toContain(`id="${id}">`)
    // The last run, as the agent recorded it. The run before has a single dump, which makes no line.
    expect(pointsOf(page)).toEqual([6])
    expect(await faultsInEachWay(browser, join(directory, 'trend.html'), 'trend')).toEqual([])
    await zoomsInto('Basket (class)', join(directory, 'trend.html'))
    expect(stdout).toContain(`2 dumps of one process within 2 h, ${ids[1]} … ${ids[2]}`)
    expect(stdout).toContain('restart or deploy')
    expect(stdout).toMatch(/Basket +▁█ +\+[\d.]+ kB/)
    expect(stdout.replaceAll(/ \\\n +/g, ' ')).toContain(
      `Next: ${program} heapdump:diff ${ids[1]} ${ids[2]} --env ${bucket.envFile}`,
    )
  })

  it('reads no dump unless two are of one run', async () => {
    store('a', 8)
    store('b', 10, {pid: 17})
    const {code, dumps: compared, memory, owners} = await json('heapdump:trend')
    expect({code, compared, owners}).toEqual({code: 0, compared: [], owners: []})
    expect(memory).toHaveLength(2)
    const read = bucket.s3.requests.filter(({operation, path}) => operation === 'GetObject' && !path.endsWith('.facts'))
    expect(read).toEqual([])
  })

  it('says what to do if there is no dump', async () => {
    const {code, error} = await json('heapdump:trend', '--dyno', 'web.7')
    expect({code, error}).toEqual({
      code: 1,
      error: {
        code: 'no_dumps',
        hint: `Take a dump, and another one a few hours later: heroku heapdump:trigger --env ${bucket.envFile}`,
        message: 'The bucket has no dumps of web.7.',
      },
    })
  })
})
