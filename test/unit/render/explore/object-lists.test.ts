// Lists that request visible rows. A stand-in for the analysis answers when the test tells it to.
import {describe, expect, it} from 'vitest'
import type {ListQuery, ObjectPage} from '../../../../src/lib/analysis/browse/browse.js'
import type {Analysis} from '../../../../src/lib/analysis/session/open-analysis.js'
import {ObjectLists} from '../../../../src/lib/render/ink/explore/object-lists.js'

const source = {kind: 'class', name: 'String'} as const

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
        reference: null,
        role: 'object' as const,
        retainedSize: 40,
        site: null,
        type: 'STRING',
      }))
      answers.push(error => (error === undefined ? resolve({offset: query.offset, rows, total}) : reject(error)))
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
    expect(lists.list(source, '', 0, 20).total).toBeNull()
    lists.list(source, '', 0, 20)
    await answer()
    expect(changes).toBe(1)
    const list = lists.list(source, '', 0, 20)
    expect([list.total, list.row(3)?.address, list.row(150)]).toEqual([1000, '0x3', null])
    expect(asked).toEqual([{filter: '', limit: 100, offset: 0, source}])
  })

  it('request both visible pages, and none beyond the end', async () => {
    const {analysis, answer, asked} = slowAnalysis(150)
    const lists = new ObjectLists(
      analysis,
      () => {},
      () => {},
    )
    const look = () => lists.list(source, '', 90, 260)
    for (let turn = 0; turn < 4; turn++) {
      look()
      await answer()
    }
    expect(asked.map(({offset}) => offset).toSorted((a, b) => a - b)).toEqual([0, 100])
    expect([look().row(99)?.address, look().row(149)?.address, look().row(150)]).toEqual(['0x99', '0x149', null])
  })

  it('skip pages that scrolled by while another was loading', async () => {
    const {analysis, answer, asked} = slowAnalysis(1e6)
    const lists = new ObjectLists(
      analysis,
      () => {},
      () => {},
    )
    lists.list(source, '', 0, 20)
    await answer()
    for (let first = 1000; first <= 50_000; first += 1000) lists.list(source, '', first, first + 20)
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
    lists.list(source, '', 0, 20)
    await answer(new Error('The analysis was stopped.'))
    expect(errors).toEqual([new Error('The analysis was stopped.')])
  })
})
