// Many small accumulations of one kind are summed up over their holders. The app's normal contents are not blamed.
import {describe, expect, it} from 'vitest'
import {findSuspects} from '../../../../src/lib/analysis/suspects/find-suspects.js'
import {heapOf} from '../../../support/heaps.js'

const numbers = (count: number) => Array.from({length: count}, (_, at) => at)

/** Classes of an app, and something small and old to compare with. */
const APP = `
  ROOT vm > Object
  Object    CLASS 500 name=Object > String Array Hash Row Report Dashboard Catalogue Journey
  String    CLASS 500 name=String
  Array     CLASS 500 name=Array
  Hash      CLASS 500 name=Hash
  Row       CLASS 500 name=Row
  Report    CLASS 500 name=Report
  Dashboard CLASS 500 name=Dashboard > open
  Catalogue CLASS 500 name=Catalogue > products
  Journey   CLASS 500 name=ActionDispatch::Journey
  products  ARRAY:Array 9000 size=1000 gen=1 at=/app/lib/catalogue.rb:2 > ${numbers(1000)
    .map(at => `product${at}`)
    .join(' ')}
  ${numbers(1000)
    .map(at => `product${at} STRING:String 200 gen=1 at=/app/lib/catalogue.rb:3`)
    .join('\n  ')}
  ${numbers(20)
    .map(at => `noise${at} STRING:String 400 gen=${2 + at} at=/app/lib/noise.rb:1`)
    .join('\n  ')}
  ROOT vm > ${numbers(20)
    .map(at => `noise${at}`)
    .join(' ')}`

type Held = {
  /** For each holder: how many rows, in a Hash or an Array, allocated in which GC. */
  readonly holders?: number
  readonly rows?: number
  readonly kind?: 'ARRAY:Array' | 'HASH:Hash'
  readonly gen?: (holder: number) => number
  /** The holders' class; null: the collections are held directly. */
  readonly holder?: string | null
  /** The class that lists them. */
  readonly owner?: string
}

/** Holders with rows, listed by a collection of Dashboard that is too short to be an accumulation itself. */
const heapWith = ({
  holders = 12,
  rows = 70,
  kind = 'ARRAY:Array',
  gen = () => 5,
  holder = 'Report',
  owner = 'Dashboard',
}: Held) =>
  heapOf(`${APP.replace(`name=Dashboard > open`, 'name=Dashboard').replace(new RegExp(`(CLASS 500 name=\\S*${owner})`), '$1 > open')}
  open ARRAY:Array 200 size=${holders} gen=2 at=/app/lib/dashboard.rb:2 > ${numbers(holders)
    .map(at => (holder === null ? `list${at}` : `holder${at}`))
    .join(' ')}
  ${numbers(holders)
    .map(
      at =>
        `holder${at} OBJECT:${holder ?? 'Report'} 40 gen=${gen(at)} at=/app/lib/dashboard.rb:5 > ${holder === null ? '' : `list${at}`}`,
    )
    .join('\n  ')}
  ${numbers(holders)
    .map(
      at =>
        `list${at} ${kind} 600 size=${rows} gen=${gen(at)} at=/app/lib/report.rb:8 > ${numbers(rows)
          .map(row => `row${at}_${row}`)
          .join(' ')}`,
    )
    .join('\n  ')}
  ${numbers(holders * rows)
    .map(
      at =>
        `row${Math.floor(at / rows)}_${at % rows} OBJECT:Row 600 gen=${gen(Math.floor(at / rows))} at=/app/lib/report.rb:9`,
    )
    .join('\n  ')}`)

describe('sums up what several holders have', () => {
  it.each([
    ['in variables of records', {}],
    ['in caches of records', {kind: 'HASH:Hash'} as const],
    ['each too small for a line of its own', {holders: 14, rows: 40}],
  ])('%s: with owner, holder and line', async (_how, held) => {
    const {subject} = await heapWith(held)
    const {holders = 12, rows = 70} = held as Held
    const [first] = findSuspects(subject)
    const count = holders * rows
    expect(first).toMatchObject({
      kind: 'large',
      owner: 'Report',
      severity: 'medium',
      sites: [
        {file: '/app/lib/report.rb', line: 9},
        {file: '/app/lib/report.rb', line: 8},
      ],
    })
    expect(first.title).toMatch(new RegExp(`^${holders} × Report, held by Dashboard, hold ${count} × Row, `))
    expect(first.retainedSize).toBe(count * 600 + holders * 600)
  })

  it('in lists of lists, where only the owner has a name', async () => {
    const {subject} = await heapWith({holder: null})
    expect(findSuspects(subject)[0]).toMatchObject({
      owner: 'Dashboard',
      title: expect.stringMatching(/^12 collections of Dashboard hold 840 × Row, /),
    })
  })

  it('and grows as a whole if more and more are added', async () => {
    const {subject} = await heapWith({gen: at => 2 + at})
    expect(findSuspects(subject)[0]).toMatchObject({
      kind: 'leak',
      owner: 'Report',
      severity: 'high',
      title: expect.stringContaining('keep growing: 840 × Row'),
    })
  })
})

describe('does not blame', () => {
  it('a few small ones', async () => {
    const {subject} = await heapWith({holders: 3, rows: 17})
    expect(findSuspects(subject).map(({owner}) => owner)).not.toContain('Report')
  })

  it('data as old as the code', async () => {
    const code = numbers(600)
      .map(at => `code${at} IMEMO 10 imemo_type=iseq gen=1 at=/app/lib/code.rb:${at}`)
      .join('\n')
    const {text} = await heapWith({gen: () => 1})
    expect(text).toContain('Report')
    const {subject} = await heapOf(`${APP}\n ROOT vm > ${numbers(600)
      .map(at => `code${at}`)
      .join(' ')}\n${code}
      open ARRAY:Array 200 size=12 gen=1 > ${numbers(12)
        .map(at => `list${at}`)
        .join(' ')}
      ${numbers(12)
        .map(
          at =>
            `list${at} ARRAY:Array 600 size=70 gen=1 > ${numbers(70)
              .map(row => `row${at}_${row}`)
              .join(' ')}`,
        )
        .join('\n')}
      ${numbers(840)
        .map(at => `row${Math.floor(at / 70)}_${at % 70} OBJECT:Row 600 gen=1`)
        .join('\n')}`)
    for (const {severity} of findSuspects(subject)) expect(severity).toBe('low')
  })

  it('the many small lists of a framework', async () => {
    const {subject} = await heapWith({gen: () => 1, holder: 'Journey', owner: 'Journey'})
    expect(findSuspects(subject).map(({kind, severity}) => `${severity} ${kind}`)).not.toContain(
      expect.stringMatching(/high|leak|waste/),
    )
  })
})
