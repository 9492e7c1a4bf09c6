// Lists that request visible rows. A stand-in for the analysis answers when the test tells it to.
import {describe, expect, it} from 'vitest'
import type {ListQuery, ObjectPage} from '../../../../src/lib/analysis/browse/browse.js'
import type {Analysis} from '../../../../src/lib/analysis/session/open-analysis.js'
import {type ObjectList, ObjectLists} from '../../../../src/lib/render/ink/explore/object-lists.js'

const name = {
  of: 'objects',
  query: {filter: '', isGrouped: false, sort: 'retained', source: {kind: 'class', name: 'String'}},
} as const

function addressIn(list: ObjectList, index: number): string | null {
  const row = list.row(index)
  return row !== null && 'address' in row ? row.address : null
}

function slowAnalysis(total: number) {
  const asked: ListQuery[] = []
  const answers: Array<(error?: Error) => void> = []
  const ask = (_name: string, query: ListQuery) =>
    new Promise<ObjectPage>((resolve, reject) => {
      asked.push(query)
      const rows = Array.from({length: Math.max(0, Math.min(query.limit, total - query.offset))}, (_, at) => ({
        address: `0x${query.offset + at}`,
        className: 'String',
        generation: null,
        label: 'String',
        memsize: 40,
        objects: 1,
        reference: null,
        role: 'object' as const,
        retainedSize: 40,
        site: null,
        type: 'STRING',
      }))
      answers.push(error =>
        error === undefined ? resolve({matches: total, offset: query.offset, rows, total}) : reject(error),
      )
    })
  const answer = async (error?: Error) => {
    answers.shift()?.(error)
    await new Promise(setImmediate)
  }
  return {analysis: {ask} as unknown as Pick<Analysis, 'ask'>, answer, asked}
}

describe('lists of objects', () => {
  it('request the visible page once, and then know its rows', async () => {
    const {analysis, answer, asked} = slowAnalysis(1000)
    let changes = 0
    const lists = new ObjectLists(
      analysis,
      () => changes++,
      () => {},
    )
    expect(lists.list(name, 0, 20).total).toBeNull()
    lists.list(name, 0, 20)
    await answer()
    expect(changes).toBe(1)
    const list = lists.list(name, 0, 20)
    expect([list.total, addressIn(list, 3), list.row(150)]).toEqual([1000, '0x3', null])
    expect(asked).toEqual([{...name.query, limit: 100, offset: 0}])
  })

  it('request both visible pages, and none beyond the end', async () => {
    const {analysis, answer, asked} = slowAnalysis(150)
    const lists = new ObjectLists(
      analysis,
      () => {},
      () => {},
    )
    const look = () => lists.list(name, 90, 260)
    for (let turn = 0; turn < 4; turn++) {
      look()
      await answer()
    }
    expect(asked.map(({offset}) => offset).toSorted((a, b) => a - b)).toEqual([0, 100])
    expect([addressIn(look(), 99), addressIn(look(), 149), look().row(150)]).toEqual(['0x99', '0x149', null])
  })

  it('skip pages that scrolled by while another was loading', async () => {
    const {analysis, answer, asked} = slowAnalysis(1e6)
    const lists = new ObjectLists(
      analysis,
      () => {},
      () => {},
    )
    lists.list(name, 0, 20)
    await answer()
    for (let first = 1000; first <= 50_000; first += 1000) lists.list(name, first, first + 20)
    await answer()
    await answer()
    expect(asked.map(({offset}) => offset)).toEqual([0, 1000, 50_000])
  })

  it('report errors', async () => {
    const {analysis, answer} = slowAnalysis(10)
    const errors: unknown[] = []
    const lists = new ObjectLists(
      analysis,
      () => {},
      error => errors.push(error),
    )
    lists.list(name, 0, 20)
    await answer(new Error('The analysis was stopped.'))
    expect(errors).toEqual([new Error('The analysis was stopped.')])
  })
})
