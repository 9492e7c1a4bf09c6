// What a diagnosis is made from: two hand-written heaps of one process, 15 minutes apart, compared and analyzed by the
// real code, and the memory line of the process.
import {growth} from '../../src/lib/analysis/compare/growth.js'
import {takeSnapshot} from '../../src/lib/analysis/compare/snapshot.js'
import type {DiagnosisEvidence} from '../../src/lib/analysis/diagnosis/evidence.js'
import {report} from '../../src/lib/analysis/report/report.js'
import type {MemoryRecord} from '../../src/lib/memory-record.js'
import type {ProcessHistory} from '../../src/lib/process-history.js'
import {heapOf} from './heaps.js'
import {MEGABYTE, pastOf} from './histories.js'
import {glibcRecord, mapsOf} from './memory-records.js'

const SECONDS = 900
const TRACED_SECONDS = 180
const MB = 2 ** 20

type Heap = {
  /** Prices that both dumps have, those that came before tracing began, and those that came while it was on. */
  readonly before?: number
  readonly early?: number
  readonly late?: number
  /** Copies of one string. */
  readonly copies?: number
}

const addressOf = (slot: number) => `0x${(0x7f0000100000 + 40 * slot).toString(16)}`

/** What every app has: none of it is a tenth of the heap. */
const SECTIONS = Array.from({length: 12}, (_, number) => number)

function heapWith({before = 300, copies = 0, early = 0, late = 0}: Heap): string {
  const prices = Array.from({length: before + early + late}, (_, number) => number)
  const same = Array.from({length: copies}, (_, number) => `copy${number}`)
  const traced = (number: number) =>
    number < before + early ? '' : ` at=/app/lib/price_list.rb:11 gen=${40 + ((number - before) % 20)}`
  return `
    ROOT vm > Object
    Object CLASS 600 name=Object > PriceList Catalogue String Hash Array ${SECTIONS.map(number => `Section${number}`).join(' ')}
    PriceList CLASS 600 name=PriceList > pages
    Catalogue CLASS 600 name=Catalogue > products
    String CLASS 600 name=String
    Hash CLASS 600 name=Hash
    Array CLASS 600 name=Array
    pages HASH:Hash ${64 * prices.length + 100} size=${prices.length} > ${prices.map(number => `price${number}`).join(' ')}
    products ARRAY:Array ${8 * copies + 40} length=${copies + 1} > product ${same.join(' ')}
    product STRING:String 300000 value="all of them"
    ${SECTIONS.map(number => `Section${number} CLASS 600 name=Section${number} > text${number}`).join('\n')}
    ${SECTIONS.map(number => `text${number} STRING:String 300000 value="text ${number}"`).join('\n')}
    ${prices.map(number => `price${number} STRING:String ${20_000 + number} address=${addressOf(number)}${traced(number)}`).join('\n')}
    ${same.map(name => `${name} STRING:String 20000 value="${'EUR'.repeat(200)}"`).join('\n')}
  `
}

/** A process with so many MB from malloc in its second arena, of which some are free. */
export function recordWith(size: number, free: number): MemoryRecord {
  return glibcRecord({
    allocator: {
      arenas: [
        {free: 8 * MB, main: true, system: 40 * MB},
        {free: free * MB, system: size * MB},
      ],
      mmapped: {bytes: 4 * MB, count: 2},
      name: 'glibc',
    },
    maps: mapsOf(`
      555600000000 40960 rw-p [heap] rss=36864
      7e0000000000 ${size * 1024} rw-p rss=${size * 1024}
      7f0000010000 2048 rw-p rss=2048
      7f1000000000 4096 rw-p rss=4096
      7f2000000000 1024 r-xp /usr/lib/libc.so.6 rss=1024 sharedClean=1024
    `),
  })
}

const rising = (minute: number) => 200 * MEGABYTE + 0.6 * MEGABYTE * minute
const level = () => 380 * MEGABYTE

export const PASTS = {
  /** Grows 36 MB an hour, for five hours. */
  climbing: pastOf({minutes: 300, old: minute => 100_000 + 400 * minute, rss: rising}),
  /** The same, but no object becomes old. */
  climbingOutside: pastOf({minutes: 300, old: () => 100_000, rss: rising}),
  level: pastOf({minutes: 300, old: () => 100_000, rss: level}),
  young: pastOf({minutes: 4, old: minute => 10_000 * minute, rss: rising}),
}

export type Given = {
  readonly first?: Heap
  readonly second?: Heap
  readonly past?: ProcessHistory | null
  readonly records?: readonly [MemoryRecord, MemoryRecord]
  readonly processBytes?: readonly [number, number]
  /** GCs while it was traced. */
  readonly gcsTraced?: number
  readonly seconds?: number
}

/** As heapdump:diagnose has it when both dumps are read. */
export async function evidenceOf({first = {}, gcsTraced = 20, past = PASTS.climbing, records, ...given}: Given) {
  const {processBytes = [380e6, 389e6], second = {}, seconds = SECONDS} = given
  const traced = past === null ? null : {...past, gcAtTracing: (past.gcAtDump ?? 0) - gcsTraced}
  const [before, after] = await Promise.all([
    heapOf(heapWith(first), {memory: records?.[0], processBytes: processBytes[0]}),
    heapOf(heapWith({...first, ...second}), {
      memory: records?.[1],
      past: traced ?? undefined,
      processBytes: processBytes[1],
    }),
  ])
  const options = {
    earlier: [takeSnapshot(before.subject)],
    hours: [seconds / 3600],
    movement: 'none',
    top: 0,
  } as const
  const analysis = report(after.subject, {aliveOnly: true, masked: true, top: 10})
  return {
    growth: growth(after.subject, options),
    line: analysis.history,
    missing: null,
    report: analysis,
    seconds,
    tracedSeconds: TRACED_SECONDS,
  } satisfies DiagnosisEvidence
}
