import {describe, expect, it} from 'vitest'
import {herokuCommand} from '../../src/lib/command-line.js'
import {growth} from '../../src/lib/analysis/compare/growth.js'
import {verdictOfGrowth} from '../../src/lib/analysis/compare/compared-verdict.js'
import {keptByApp} from '../../src/lib/analysis/compare/garbage.js'
import {takeSnapshot} from '../../src/lib/analysis/compare/snapshot.js'
import {Growth} from '../../src/lib/render/ink/Growth.js'
import type {MemoryRecord} from '../../src/lib/memory-record.js'
import {heapOf} from '../support/heaps.js'
import {glibcRecord, mapsOf} from '../support/memory-records.js'
import {drawn, widthOf} from '../support/screens.js'

const MB = 2 ** 20
const NEXT = herokuCommand('heapdump:explain', ['d41', 'IssuesQuery'], ['--app', 'shop'])

const addressOf = (start: number, slot: number) => `0x${(start + 40 * slot).toString(16)}`

/** IssuesQuery's cache with a string for each statement, and a registry that grew a little. */
async function dumpOf(statements: number, listeners: number, traced = true, memory?: MemoryRecord) {
  const at = (line: string) => (traced ? ` ${line}` : '')
  const texts = Array.from({length: statements}, (_, number) => `sql${number}`)
  const procs = Array.from({length: listeners}, (_, number) => `proc${number}`)
  const {subject} = await heapOf(
    `
    ROOT vm > Object
    Object CLASS 600 name=Object > IssuesQuery Events String Hash Array Proc Pool
    IssuesQuery CLASS 600 name=IssuesQuery > pool
    Events CLASS 600 name=Shop::Events > list
    String CLASS 600 name=String
    Hash CLASS 600 name=Hash
    Array CLASS 600 name=Array
    Proc CLASS 600 name=Proc
    Pool CLASS 600 name=StatementPool
    SHAPE 1 0 @cache
    pool OBJECT:Pool 40 shape_id=1 ivars=1${at('at=/app/app/queries/issues_query.rb:4 gen=3')} > cache
    list ARRAY:Array ${40 + 8 * listeners} length=${listeners}${at('at=/app/lib/events.rb:2 gen=3')} > ${procs.join(' ')}
    cache HASH:Hash ${64 * statements} size=${statements}${at('at=/app/app/queries/issues_query.rb:5 gen=3')} > ${texts.join(' ')}
    ${texts.map((name, number) => `${name} STRING:String ${2000 + number} address=${addressOf(0x7f0000100000, number)}${at(`at=/app/app/queries/issues_query.rb:11 gen=${4 + Math.floor(number / 20)}`)}`).join('\n')}
    ${procs.map((name, number) => `${name} DATA:Proc 80 struct=proc address=${addressOf(0x7f0000f00000, number)}${at(`at=/app/lib/events.rb:9 gen=${number < 20 ? 5 : number < 25 ? 30 : 47}`)}`).join('\n')}
  `,
    {memory, processBytes: 291_000_000 + statements * 100_000},
  )
  return subject
}

/** A process whose second arena has so many MB, half of them free. */
function withFree(size: number): MemoryRecord {
  return glibcRecord({
    allocator: {
      arenas: [{free: 8 * MB, main: true, system: 40 * MB}, {free: (size / 2) * MB, system: size * MB}],
      mmapped: {bytes: 4 * MB, count: 2},
      name: 'glibc',
    },
    maps: mapsOf(`
      555600000000 40960 rw-p [heap] rss=36864
      7e0000000000 ${size * 1024} rw-p rss=${size * 1024}
      ${(0x7e0000000000 + size * MB).toString(16)} ${(64 - size) * 1024} ---p
      7f0000010000 2048 rw-p rss=2048
      7f1000000000 4096 rw-p rss=4096
      7f2000000000 1024 r-xp /usr/lib/libc.so.6 rss=1024 sharedClean=1024
    `),
  })
}

const named = ['d38', 'd41', 'd45'].map(name => ({name, release: 'v214'}))

const CASES = {
  compacted: async () => growth(await dumpOf(900, 30), {earlier: [takeSnapshot(await dumpOf(300, 20))], hours: [3], movement: 'compacted', top: 10}),
  healthy: async () => growth(await dumpOf(300, 20), {earlier: [takeSnapshot(await dumpOf(300, 20))], hours: [3], movement: 'none', top: 10}),
  recorded: async () =>
    growth(await dumpOf(900, 30, true, withFree(52)), {earlier: [takeSnapshot(await dumpOf(300, 20, true, withFree(16)))], hours: [3], movement: 'none', top: 10}),
  'other-process': async () => growth(await dumpOf(900, 30), {earlier: [takeSnapshot(await dumpOf(300, 20))], hours: [null], movement: 'other-process', top: 10}),
  three: async () =>
    growth(await dumpOf(900, 30), {earlier: [takeSnapshot(await dumpOf(300, 20)), takeSnapshot(await dumpOf(800, 25))], hours: [3, 1], movement: 'none', top: 10}),
  untraced: async () => growth(await dumpOf(900, 30, false), {earlier: [takeSnapshot(await dumpOf(300, 20, false))], hours: [null], movement: 'none', top: 10}),
} as const

describe.each([80, 120])('growth, %i columns', width => {
  it.each(Object.keys(CASES) as Array<keyof typeof CASES>)('%s', async name => {
    const report = await CASES[name]()
    const dumps = report.dumps.map((dump, at) => ({...dump, ...named[at]}))
    const hours = name === 'three' ? 4 : name === 'untraced' || name === 'other-process' ? null : 3
    const verdict = verdictOfGrowth({...report, hours, limit: {quotaBytes: 512 * MB, usedBytes: null}})
    const screen = (columns: number) => (
      <Growth
        {...report}
        dumps={dumps}
        growth={keptByApp(report.growth)}
        hours={hours}
        hoursToSecond={hours === null ? null : 3}
        next={NEXT}
        verdict={verdict}
        width={columns}
      />
    )
    const plain = drawn(screen, width)
    expect(widthOf(plain)).toBeLessThanOrEqual(width)
    await expect(plain).toMatchFileSnapshot(`screens/growth-${name}-${width}.txt`)
    await expect(drawn(screen, width, true)).toMatchFileSnapshot(`screens/growth-${name}-${width}.ansi`)
  })
})

describe('growth', () => {
  const draw = async (name: keyof typeof CASES, changes: Partial<Awaited<ReturnType<(typeof CASES)['three']>>>) => {
    const report = {...(await CASES[name]()), ...changes}
    const dumps = report.dumps.map((dump, at) => ({...dump, ...named[at]}))
    const verdict = verdictOfGrowth({...report, hours: 3, limit: null})
    return drawn(width => <Growth {...report} dumps={dumps} hours={3} hoursToSecond={3} next={NEXT} verdict={verdict} width={width} />, 80)
  }

  it('has no rate between two processes', async () => {
    expect(await draw('compacted', {})).toMatch(/objects more than before: [\d.]+ kB an hour$/m)
    expect(await draw('other-process', {})).toMatch(/objects more than before$/m)
  })

  it('shows all evidence, in as many lines as it takes', async () => {
    const {suspects} = await CASES.compacted()
    const evidence = `new: ${Array.from({length: 12}, (_, at) => `${at + 2} Model${at} (126 kB)`).join(', ')}`
    const screen = await draw('compacted', {suspects: [{...suspects[0], evidence: [evidence]}]})
    expect(screen.replaceAll(/\s+/g, ' ')).toContain(evidence)
  })
})

it('leaves garbage out of what grew: it is not what the app keeps', async () => {
  const {subject: before} = await heapOf('ROOT vm > Object\nObject CLASS 500 name=Object > String\nString CLASS 500 name=String')
  const lost = Array.from({length: 40}, (_, at) => `lost${at} STRING:String 5000`).join('\n')
  const {subject: after} = await heapOf(`ROOT vm > Object\nObject CLASS 500 name=Object > String kept\nString CLASS 500 name=String\nkept STRING:String 300\n${lost}`)
  const report = growth(after, {earlier: [takeSnapshot(before)], hours: [3], movement: 'none', top: 10})
  expect(report.totals).toEqual({memsize: 200_300, objects: 41})
  expect(report.kept).toEqual({memsize: 300, objects: 1})
})
