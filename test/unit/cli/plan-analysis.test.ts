import {describe, expect, it} from 'vitest'
import {type AnalysisFlags, planAnalysis} from '../../../src/lib/cli/plan-analysis.js'

const plan = (flags: Partial<AnalysisFlags> = {}) => planAnalysis({json: false, 'show-values': false, ...flags})

describe('the plan of an analysis', () => {
  it.each([
    ['a screen', {}, 10],
    ['a section by itself', {section: ['sites']}, 25],
    ['a script', {json: true}, 100],
    ['a script that asks for a section', {json: true, section: ['sites']}, 100],
    ['who says how many', {json: true, top: 3}, 3],
    ['who asks for all', {top: 0}, 0],
  ] as const)('shows %s its number of rows', (_who, flags, rows) => {
    expect(plan(flags).rows).toBe(rows)
    expect(plan(flags).read.top).toBe(rows)
  })

  it.each([
    // --top, rows on the page, rows to read
    [undefined, 200, 200],
    [5, 5, 5],
    [1000, 200, 1000],
    [0, 200, 0],
  ])('with --html and --top %s: shows %s rows on the page, reads %s from the dump', (top, rowsInHtml, read) => {
    expect(plan({html: 'report.html', top})).toMatchObject({page: {rows: rowsInHtml}, read: {top: read}})
  })

  it('draws the memory map only for a page', () => {
    expect(plan().page).toBeNull()
    expect(plan({html: 'report.html'}).page).not.toBeNull()
  })

  it.each([
    ['a screen', {}, true],
    ['a page', {html: 'report.html'}, true],
    ['equal strings', {section: ['strings']}, false],
    ['who asks for values', {'show-values': true}, false],
    ['a script', {json: true}, false],
  ] as const)('masks strings for %s: %s', (_who, flags, masked) => {
    expect(plan(flags).read.masked).toBe(masked)
  })

  it.each([
    [{}, false],
    [{section: ['classes']}, false],
    [{section: ['paths']}, true],
    [{class: 'Order'}, true],
    [{site: 'order.rb:3'}, true],
    [{generation: 4}, false],
  ] as const)('follows paths to few objects, and to all when asked: %o', (flags, paths) => {
    expect(plan(flags).read.paths).toBe(paths)
  })

  it.each([
    [{}, true],
    [{section: ['sites'], top: 3}, true],
    [{class: 'Order'}, false],
    [{site: 'order.rb:3'}, false],
    [{generation: null}, false],
  ] as const)('compares whole reports alone: %o', (flags, isWhole) => {
    expect(plan(flags).isWhole).toBe(isWhole)
  })

  it('lists live objects for people, and all objects for scripts', () => {
    expect(plan().read.aliveOnly).toBe(true)
    expect(plan({json: true}).read.aliveOnly).toBe(false)
  })
})
