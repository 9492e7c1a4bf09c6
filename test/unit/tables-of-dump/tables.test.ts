// The rows of all tables, compared with what analyze, explain and trend say about the same dumps.
import {join} from 'node:path'
import {beforeAll, describe, expect, it} from 'vitest'
import {tallyDump} from '../../../src/lib/analysis/compare/tally-dump.js'
import {amountsBy, ownerName} from '../../../src/lib/analysis/compare/tally.js'
import {NO_OWNER} from '../../../src/lib/analysis/compare/owners.js'
import {explainObject} from '../../../src/lib/analysis/explain/explain-object.js'
import {rootLabels} from '../../../src/lib/analysis/objects/labels.js'
import type {Subject} from '../../../src/lib/analysis/objects/subject.js'
import {type AnalysisReport, report} from '../../../src/lib/analysis/report/report.js'
import {readSubject} from '../../../src/lib/analysis/session/read-subject.js'
import {FileChunks} from '../../../src/lib/dump/chunks.js'
import {ignoreProgress} from '../../../src/lib/progress.js'
import {TABLES} from '../../../src/lib/tables-of-dump/tables.js'
import {sum, type TableRow, tableRows} from '../../support/table-rows.js'

const fixtures = join(import.meta.dirname, '../../fixtures/dumps')
const address = (text: string) => Number(text)

export async function readFixture(name: string): Promise<Subject> {
  const path = join(fixtures, `${name}.json.gz`)
  return readSubject({source: path, storedBytes: null}, new FileChunks(path), {onProgress: ignoreProgress})
}

describe.each(['ruby-2.7-owners', 'ruby-3.2-traced', 'ruby-3.3-traced', 'ruby-3.4-variables', 'ruby-4.0-traced'])(
  '%s',
  name => {
    let subject: Subject
    let all: AnalysisReport
    let objects: readonly TableRow[]
    beforeAll(async () => {
      subject = await readFixture(name)
      all = report(subject, {top: 0})
      objects = tableRows('objects', subject)
    })

    it('has the totals of the report in dumps, and they are sums over objects', () => {
      const live = objects.filter(row => row.live)
      const {totals} = all
      expect(tableRows('dumps', subject)).toEqual([
        expect.objectContaining({
          agent_memsize: totals.agentMemsize,
          garbage_memsize: totals.garbageMemsize,
          id: 'd7k2mq',
          live_memsize: totals.aliveMemsize,
          live_objects: totals.aliveObjects,
          memsize: totals.memsize,
          objects: totals.objects,
          refs: totals.references,
          traced: all.dump.traced,
          truncated: false,
        }),
      ])
      expect(objects).toHaveLength(totals.objects)
      expect(sum(objects, 'memsize')).toBe(totals.memsize)
      expect(objects.filter(row => row.reachable)).toHaveLength(totals.reachableObjects)
      expect(live).toHaveLength(totals.aliveObjects)
      expect(sum(live, 'memsize') - sum(live, 'reserved')).toBe(totals.aliveMemsize)
    })

    it('has the objects of the report', () => {
      const byAddress = new Map(objects.map(row => [row.address, row]))
      for (const one of all.dominators) {
        expect(byAddress.get(address(one.address))).toMatchObject({
          class: one.className,
          dominator: one.dominator === 'ROOT' ? 0 : address(one.dominator),
          memsize: one.memsize,
          retained: one.retainedSize,
          retained_objects: one.retainedObjects,
          type: one.type,
        })
      }

      expect(all.dominators.length).toBeGreaterThan(1000)
      for (const one of all.largest.slice(0, 1000))
        expect(byAddress.get(address(one.address))).toMatchObject({
          file: one.site?.file ?? null,
          generation: one.generation,
          line: one.site?.line ?? null,
        })
    })

    it('has the classes, sites and suspects of the report', () => {
      expect(tableRows('classes', subject)).toEqual(
        all.classes.map(row =>
          expect.objectContaining({
            class: row.name,
            live_memsize: row.aliveMemsize,
            live_objects: row.aliveObjects,
            live_retained: row.aliveRetainedSize,
            memsize: row.memsize,
            objects: row.objects,
            retained: row.retainedSize,
            share: row.share,
          }),
        ),
      )
      expect(tableRows('sites', subject)).toEqual(
        all.allocationSites.map(row =>
          expect.objectContaining({file: row.file, line: row.line, memsize: row.memsize, retained: row.retainedSize}),
        ),
      )
      expect(tableRows('suspects', subject).map(row => [row.rank, row.title, row.retained])).toEqual(
        all.suspects.map((row, at) => [at + 1, row.title, row.retainedSize]),
      )
    })

    it('has the owners of trend, and each object has one of them', () => {
      const {tally} = tallyDump(subject)
      const amounts = amountsBy(tally, (rows, row) => (rows.ownerIds[row] === NO_OWNER ? null : ownerName(rows, row)))
      const owners = tableRows('owners', subject)
      expect(new Map(owners.map(row => [row.owner, {memsize: row.memsize, objects: row.objects}]))).toEqual(amounts)
      const live = objects.filter(row => row.live)
      const largest = owners[0]
      const own = live.filter(row => row.owner === largest.owner)
      expect(own).toHaveLength(Number(largest.objects))
      expect(sum(own, 'memsize')).toBe(largest.memsize)
      expect(objects.filter(row => (row.owner === null) === row.reachable)).toEqual([])
    })

    it('has the duplicate strings of the report, and objects has their copies', () => {
      const strings = tableRows('strings', subject)
      const alive = report(subject, {aliveOnly: true, top: 0}).duplicateStrings
      expect(sum(strings, 'wasted')).toBe(all.duplicateStrings.reduce((total, {wasted}) => total + wasted, 0))
      expect(sum(strings, 'live_wasted')).toBe(alive.reduce((total, {wasted}) => total + wasted, 0))
      expect(strings).toHaveLength(all.duplicateStrings.length)
      const [worst] = all.duplicateStrings
      const row = strings.find(({text}) => text === worst.value)
      expect(row).toMatchObject({bytesize: worst.bytes, copies: worst.count, memsize: worst.memsize})
      const copies = objects.filter(one => one.type === 'STRING' && one.value_hash === row?.value_hash)
      expect(copies).toHaveLength(worst.count)
    })

    it('has all references, with the words of explain', () => {
      const refs = tableRows('refs', subject)
      expect(refs.filter(row => row.kind === 'reference')).toHaveLength(all.totals.references)
      expect(refs.filter(row => row.kind === 'root')).not.toEqual([])
      const [, , third] = all.dominators
      const index = subject.heap.find(third.address)
      const {referrers} = explainObject(subject, index, {showValues: false, top: 0})
      const own = refs.filter(row => row.target === address(third.address) && row.kind !== 'root')
      expect(new Set(own.map(row => row.source)).size).toBe(referrers.objects)
      expect(new Set(own.filter(row => row.owning).map(row => row.source)).size).toBe(referrers.owning)
      const roots = refs.filter(row => row.kind === 'root').map(row => row.name)
      expect(new Set(roots)).toEqual(new Set([...rootLabels(subject.heap).values(), ...roots]))
    })
  },
)

it('yields values of the types that the columns have', async () => {
  const subject = await readFixture('ruby-3.3-traced')
  for (const name of TABLES.map(table => table.name)) {
    for (const row of tableRows(name, subject).slice(0, 1000)) {
      for (const {name: column, type} of TABLES.find(table => table.name === name)!.columns) {
        const value = row[column]
        if (value === null) continue
        const expected = type === 'VARCHAR' ? 'string' : type === 'BOOLEAN' ? 'boolean' : 'number'
        expect([column, column === 'value_hash' ? 'number' : typeof value]).toEqual([column, expected])
      }
    }
  }
})

it('shows contents only on request', async () => {
  const subject = await readFixture('ruby-3.3-traced')
  const masked = tableRows('strings', subject, {options: {hashes: true, showValues: false}})
  expect(masked.length).toBeGreaterThan(0)
  expect(masked.filter(row => row.text !== null)).toEqual([])
})
