import {beforeAll, describe, expect, it} from 'vitest'
import {explain} from '../../src/lib/analysis/explain/explain.js'
import {Explained} from '../../src/lib/render/ink/Explained.js'
import type {WrittenHeap} from '../support/heaps.js'
import {drawn, widthOf} from '../support/screens.js'
import {statementCache} from '../support/statement-cache.js'

let heap: WrittenHeap
beforeAll(async () => {
  heap = await statementCache()
})

describe.each([80, 120])('explain, %i columns', width => {
  it.each([
    ['object', () => heap.address('cache')],
    ['class', () => 'IssuesQuery'],
    ['strings', () => 'String'],
    ['site', () => 'issues_query.rb:11'],
    ['garbage', () => heap.address('garbage')],
    ['thread', () => heap.address('params')],
  ])('%s', async (name, what) => {
    const explanation = explain(heap.subject, {showValues: false, top: 8, what: what()})
    const screen = (columns: number) => <Explained dump={{name: 'd41', target: []}} explanation={explanation} title="d41 · ⬢ shop" width={columns} />
    const plain = drawn(screen, width)
    expect(widthOf(plain)).toBeLessThanOrEqual(width)
    await expect(plain).toMatchFileSnapshot(`screens/explain-${name}-${width}.txt`)
    await expect(drawn(screen, width, true)).toMatchFileSnapshot(`screens/explain-${name}-${width}.ansi`)
  })

  it('an object with all its references', async () => {
    const explanation = explain(heap.subject, {showValues: false, top: 8, what: heap.address('cache')})
    const screen = (columns: number) => <Explained all dump={{name: 'd41', target: []}} explanation={explanation} title="d41 · ⬢ shop" width={columns} />
    expect(widthOf(drawn(screen, width))).toBeLessThanOrEqual(width)
    await expect(drawn(screen, width)).toMatchFileSnapshot(`screens/explain-all-${width}.txt`)
  })
})
