// Shares in the tables of the HTML report: of what is alive where something is retained, and never of the allocation tracer.
import {expect, it} from 'vitest'
import {report} from '../../../src/lib/analysis/report.js'
import {reportTables} from '../../../src/lib/render/html/report-tables.js'
import {showText} from '../../../src/lib/render/mask.js'
import {heapOf} from '../../support/heaps.js'

it('add up to what is alive, without the tracer', async () => {
  const {subject} = await heapOf(`
    ROOT vm > Cart tracer
    Cart CLASS 500 name=Cart > cart
    cart OBJECT:Cart 4500
    garbage STRING 5000
    tracer DATA 900000 struct=ObjectTracing/allocation_info_tracer
  `)
  const [, classes, objects] = reportTables(report(subject, {top: 10}), showText).map(table => table?.text ?? '')
  const row = (table: string, name: string) => table.split('<tr').find(text => text.includes(name) && text.includes('<td'))!
  expect(row(objects, 'Cart (class)')).toMatch(/5\.0 kB <small>100 %/)
  expect(row(objects, 'allocation tracer').match(/<small>0 %/g)).toHaveLength(2)
  expect(row(classes, '>Cart<')).toMatch(/4\.5 kB <small>45 %/)
})
