// Dumps of a Ruby process that keeps objects, frees them and keeps others, and prints what it kept.
import {execFile} from 'node:child_process'
import {mkdtempSync, readFileSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {promisify} from 'node:util'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {compareDumps} from '../../src/lib/analysis/session/compare-dumps.js'
import type {GrowthReport, GrowthRow} from '../../src/lib/analysis/compare/growth.js'
import {identities} from '../reference/identities.js'

type Kept = {className: string; line: number | null; objects: number; memsize: number}

const directories: string[] = []
const script = fileURLToPath(new URL('../support/ruby/dump-growth.rb', import.meta.url))

async function makeDumps(...args: readonly string[]): Promise<{kept: Kept[]; file(name: string): string}> {
  const directory = mkdtempSync(join(tmpdir(), 'heapdump-growth-'))
  directories.push(directory)
  await promisify(execFile)('ruby', [script, directory, ...args])
  return {
    file: name => join(directory, `${name}.json`),
    kept: JSON.parse(readFileSync(join(directory, 'kept.json'), 'utf8')),
  }
}

async function compare(...paths: readonly string[]): Promise<GrowthReport> {
  const dumps = paths.map(path => ({bytes: {path}, source: path, storedBytes: null}))
  return (await compareDumps(dumps, {hours: paths.slice(1).map(() => 0.5), movement: 'none', top: 0})).report
}

/** Rows of the script's own classes in the report, without Ruby's caches. */
const ofScript = (rows: readonly GrowthRow[]): Kept[] =>
  rows
    .filter(row => row.owner === 'Basket')
    .map(({className, line, objects, memsize}) => ({className, line, memsize, objects}))

const sorted = (rows: readonly Kept[]) => rows.toSorted((a, b) => (a.className < b.className ? -1 : 1))

afterAll(() => {
  for (const directory of directories) rmSync(directory, {recursive: true})
})

describe.each(['traced', 'untraced'])('three %s dumps', mode => {
  let dumps: Awaited<ReturnType<typeof makeDumps>>
  let report: GrowthReport
  beforeAll(async () => {
    dumps = await makeDumps(mode)
    report = await compare(dumps.file('a'), dumps.file('b'), dumps.file('c'))
  })

  it('show exactly what the script kept', () => {
    expect(report).toMatchObject({comparedBy: 'identity', movement: 'none', tracingRestarted: false})
    expect(dumps.kept.length).toBe(3)
    expect(sorted(ofScript(report.growth))).toEqual(sorted(dumps.kept))
    // Objects that it freed are not new, nor are those from after the second dump.
    expect(report.growth.filter(row => row.owner === 'Passing' || row.className === 'Victim')).toEqual([])
  })

  it('even if slots were reused', () => {
    const [a, c] = [identities(readFileSync(dumps.file('a'))), identities(readFileSync(dumps.file('c')))]
    const reused = [...c].filter(([address, identity]) => a.has(address) && a.get(address) !== identity)
    expect(reused.length).toBeGreaterThan(500)
  })

  it('agree with a comparison of the records', () => {
    const [a, b, c] = ['a', 'b', 'c'].map(name => identities(readFileSync(dumps.file(name))))
    const isNew = [...c].filter(([address, identity]) => b.get(address) === identity && a.get(address) !== identity)
    expect(report.totals.objects).toBe(isNew.length)
    expect(report.growth.reduce((sum, row) => sum + row.objects, 0)).toBe(isNew.length)
  })

  it('name the owner, where the growth accumulates, its sites and its rate', () => {
    const [suspect] = report.suspects
    expect(suspect).toMatchObject({owner: 'Basket', rule: 'growing-owner', severity: 'high'})
    expect(suspect.path.map(step => step.label).slice(-2)).toEqual(['Basket (class)', 'Array, 3,300 elements'])
    expect(suspect.title).toMatch(/^Basket holds [\d.]+ kB more: [\d.]+ kB an hour$/)
    expect(suspect.evidence).toContain('Array, 3,300 elements: 2,800 of the 3,300 objects that only it holds are new')
    const lines = suspect.sites.map(({file, line}) => (file === script ? line : file))
    expect(lines.toSorted()).toEqual(mode === 'traced' ? dumps.kept.map(row => row.line).toSorted() : [])
  })

  it('two of them are enough, but include objects in use', async () => {
    const two = await compare(dumps.file('a'), dumps.file('b'))
    expect(two.growth.find(row => row.className === 'Row' && row.owner === 'Basket')).toMatchObject({objects: 3000})
    expect(two.growth.find(row => row.className === 'Row' && row.owner === 'Passing')).toMatchObject({objects: 2000})
  })

  it('show nothing between consecutive dumps except objects created by dumping', async () => {
    const {suspects, totals} = await compare(dumps.file('warm-up'), dumps.file('a'))
    expect(suspects).toEqual([])
    expect(totals.objects).toBeLessThan(30)
  })
})

describe.each(['traced', 'untraced'])('%s dumps around a compaction', mode => {
  it('are compared by counts, which is reported, and moved objects are not growth', async () => {
    const {file, kept} = await makeDumps(mode, 'compact')
    const report = await compare(file('a'), file('b'), file('c'))
    expect(report).toMatchObject({comparedBy: 'counts', movement: 'compacted'})
    expect(report.growth.filter(row => row.owner === 'Passing')).toEqual([])
    // Compared by counts, freed objects and new ones cancel out.
    const row = report.growth.find(one => one.owner === 'Basket' && one.className === 'Row')
    expect(row?.objects).toBe(mode === 'traced' ? kept.find(one => one.className === 'Row')?.objects : 3000)
    expect(report.suspects[0]).toMatchObject({owner: 'Basket', severity: 'high'})
  })
})

it('dumps of two processes share no object', async () => {
  const [one, other] = await Promise.all([makeDumps('untraced'), makeDumps('untraced')])
  const report = await compare(one.file('a'), other.file('b'))
  expect(report).toMatchObject({comparedBy: 'counts', movement: 'other-process'})
  expect(report.growth.find(row => row.owner === 'Basket' && row.className === 'Row')).toMatchObject({objects: 3000})
})
