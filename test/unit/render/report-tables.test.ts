// Shares in the tables of the HTML report refer to live memory, as for suspects: without garbage, the allocation tracer
// and the reserved stacks of threads.
import {expect, it} from 'vitest'
import {report} from '../../../src/lib/analysis/report/report.js'
import {SuspectContext} from '../../../src/lib/analysis/suspects/context.js'
import {reportTables} from '../../../src/lib/render/html/report-tables.js'
import {showString} from '../../../src/lib/render/mask.js'
import {heapOf} from '../../support/heaps.js'

it('add up to live memory, without the tracer', async () => {
  const {subject} = await heapOf(`
    ROOT vm > Cart tracer
    Cart CLASS 500 name=Cart > cart
    cart OBJECT:Cart 4500
    garbage STRING 5000
    tracer DATA 900000 struct=ObjectTracing/allocation_info_tracer
  `)
  const [, classes, objects] = reportTables(report(subject, {top: 10}), showString, null).map(
    table => table?.text ?? '',
  )
  const row = (table: string, name: string) =>
    table.split('<tr').find(text => text.includes(name) && text.includes('<td'))!
  expect(row(objects, 'Cart (class)')).toMatch(/5\.0 kB <small>100 %/)
  expect(row(objects, 'allocation tracer').match(/<small>0 %/g)).toHaveLength(2)
  expect(row(classes, '>Cart<')).toMatch(/4\.5 kB <small>90 %/)
})

it('leave out the stacks of threads, as for suspects', async () => {
  const {subject} = await heapOf(`
    ROOT vm > Cart thread
    Cart CLASS 500 name=Cart > log
    log STRING 999500
    thread DATA 1049576 struct=VM/thread
  `)
  const made = report(subject, {top: 10})
  expect(made.totals.aliveMemsize).toBe(1_001_000)
  expect(new SuspectContext(subject).liveBytes).toBe(1_001_000)
  const [, , objects] = reportTables(made, showString, null).map(table => table?.text ?? '')
  expect(objects).toMatch(/Cart \(class\)[^]*?1\.0 MB <small>100 %/)
})
