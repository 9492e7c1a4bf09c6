import {describe, expect, it} from 'vitest'
import {pageOf, rowsToRead} from '../../../src/lib/mcp/page.js'
import {answerText, errorText, shorten} from '../../../src/lib/mcp/shorten.js'

describe('an answer', () => {
  it('fits into a context, whatever the document has', () => {
    const row = {label: 'Hash, 600 entries', path: Array.from({length: 30}, (_, at) => `step ${at}`)}
    const rows = Array.from({length: 200}, () => ({...row, children: Array.from({length: 40}, () => row)}))
    const text = answerText({children: rows, name: 'x'.repeat(5000), references: rows}, pageOf('rows', rows, {top: 50}))
    expect(text.length).toBeLessThan(17_000)
    const document = JSON.parse(text)
    expect(document.children.at(-1)).toMatch(/^… 19\d more$/)
    expect(document.name).toMatch(/^x+…$/)
    // The cursor continues after the last row of the page.
    expect(Number(document.nextCursor)).toBe(document.rows.length)
  })

  it('has no unknown values, few digits, and files as they are called in a checkout', () => {
    const file = '/app/app/models/cart.rb'
    expect(shorten({bytes: 123_456_789.5, created: null, file, share: 0.123_456_7}, 5)).toEqual({
      bytes: 123_456_790,
      file: 'app/models/cart.rb',
      share: 0.1235,
    })
    expect(shorten({file: `${process.cwd()}/lib/shop.rb`}, 5)).toEqual({file: 'lib/shop.rb'})
    expect(shorten({file: '/usr/lib/ruby/3.1.0/set.rb'}, 5)).toEqual({file: '/usr/lib/ruby/3.1.0/set.rb'})
  })

  it('is an error with its hint in lines', () => {
    const error = {code: 'no_agent', hint: 'First\nsecond', message: 'No agent\u001b answered.'}
    expect(JSON.parse(errorText({error}))).toEqual({error: {...error, message: String.raw`No agent\x1b answered.`}})
    expect(JSON.parse(errorText({error: {code: 'no_agent', hint: null, message: 'No.'}}))).toEqual({
      error: {code: 'no_agent', message: 'No.'},
    })
  })
})

it('a page has at least one row, and asks for one more row than it shows', () => {
  const long = {texts: Array.from({length: 5}, () => 'x'.repeat(5000))}
  const page = pageOf('rows', [long, ...Array.from({length: 40}, () => ({text: 'y'.repeat(390)}))], {top: 50})
  expect(page.rows.length).toBeGreaterThan(10)
  expect(page.nextCursor).toBe(String(page.rows.length))
  expect(pageOf('rows', [1, 2, 3], {cursor: '2', top: 1})).toEqual({name: 'rows', rows: [3]})
  expect(pageOf('rows', [1, 2, 3], {cursor: '9', top: 1})).toEqual({name: 'rows', rows: []})
  expect(rowsToRead({cursor: '20', top: 10})).toBe(31)
  expect(() => pageOf('rows', [], {cursor: 'x', top: 1})).toThrow('cursor x: not from an answer of this tool.')
})

it.each([200, 5000])('fits one row of %i long texts into an answer', columns => {
  const row = Object.fromEntries(Array.from({length: columns}, (_, at) => [`a${at}`, 'a'.repeat(400)]))
  const page = pageOf('rows', [row, row], {top: 10})
  const text = answerText({columns: Object.keys(row)}, page)
  expect(text.length).toBeLessThan(16_000)
  const {columns: names, nextCursor, rows} = JSON.parse(text)
  expect({name: names[1], nextCursor, rows: rows.length}).toEqual({name: 'a1', nextCursor: '1', rows: 1})
  expect(rows[0].a1).toMatch(/^a{30,}…$/)
  if (columns === 5000) expect(rows[0]['…']).toBe(`${columns - Object.keys(rows[0]).length + 1} more`)
})
