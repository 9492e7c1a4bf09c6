// The answer of a comparison in sentences: what holds more than before, and which part of the process grew.
import type {Suspect} from '../suspects/finding.js'
import {formatBytes, formatCount, formatCounted, formatShare, formatSigned} from '../../units.js'
import {heapParts} from '../report/heap-parts.js'
import type {Verdict} from '../report/verdict.js'
import type {PartGroup} from '../tables/part-groups.js'
import type {GrowthReport} from './growth.js'
import {withoutGarbage} from './garbage.js'
import {type DynoLimit, forecastInWords} from './forecast.js'
import type {OwnerTrend} from './trend.js'
import type {TrendReport} from './trend-report.js'

type Grown = Pick<GrowthReport, 'dumps' | 'memoryGrowth' | 'movement' | 'suspects'> & {
  /** From the first dump to the last; null: unknown. */
  readonly hours: number | null
  /** What the agent recorded of the dyno at the last dump; null: nothing. */
  readonly limit: DynoLimit | null
}

/** The first sentence without its full stop: for a title. */
export function headlineOf({sentences}: Verdict): string {
  return (sentences[0] ?? '').replace(/\.$/, '')
}

/** Growth outside the heap comes first from this many bytes on, if it is at least this part of the process's growth. */
const LEAST_OUTSIDE = 20e6
/** Growth that comes and goes, or that processes share. */
const HARMLESS: ReadonlySet<PartGroup> = new Set(['agent', 'libraries', 'slots'])
const MOSTLY = 0.5

/** Without what the agent recorded of the process's memory, only the dumps tell which part of it grew. */
export function verdictOfGrowth({dumps, hours, limit, memoryGrowth, movement, suspects}: Grown): Verdict {
  const [worst, ...others] = suspects.filter(({severity}) => severity !== 'low')
  const owners = others.slice(0, 3).map(({owner}) => owner)
  const rest = others.length > owners.length ? ` and ${formatCount(others.length - owners.length)} more` : ''
  const isUnrecorded = movement !== 'other-process' && memoryGrowth === null
  const outside = isUnrecorded ? grownOutside(dumps) : null
  const cause = memoryGrowth?.cause ?? null
  const isGrown = cause !== null && !HARMLESS.has(cause)
  return {
    healthy: worst === undefined && outside === null && !isGrown && dumps.every(({truncated}) => !truncated),
    sentences: [
      ...(outside === null ? [] : [outside]),
      worst === undefined
        ? 'No owner holds noticeably more than before.'
        : `${worst.title}${shareOfGrowth(worst, dumps)}.`,
      ...(owners.length > 0 ? [`Less: ${owners.join(', ')}${rest}.`] : []),
      ...(isUnrecorded ? processInWords(dumps) : []),
      ...(memoryGrowth === null ? [] : [memoryGrowth.text]),
      ...(movement === 'other-process' ? [] : forecastInWords(dumps, hours, limit)),
    ],
  }
}

/** Less than this part is not worth a word. */
const LEAST_OF_GROWTH = 0.05

/** `, 64 % of the growth of live memory`. The suspect's share is its growth, as a share of what is live now. */
function shareOfGrowth({rule, share}: Suspect, dumps: Grown['dumps']): string {
  const [first, last] = [dumps[0], dumps.at(-1)]
  if (first === undefined || last === undefined || rule !== 'growing-owner') return ''
  const gained = last.totals.aliveMemsize - first.totals.aliveMemsize
  const part = gained <= 0 ? 0 : (share * last.totals.aliveMemsize) / gained
  return part < LEAST_OF_GROWTH || part > 1 ? '' : `, ${formatShare(part)} of the growth of live memory`
}

/** If the process grew and its heap did not, no owner is to blame. */
export function grownOutside(dumps: Grown['dumps']): string | null {
  const ends = endsOf(dumps)
  if (ends === null) return null
  const {before, now, grown} = ends
  const bytes = Math.min(grown, now.outside - before.outside)
  if (bytes < LEAST_OUTSIDE || bytes < grown * MOSTLY) return null
  return `The process grew by ${formatBytes(grown)}, ${bytes === grown ? 'all' : formatBytes(bytes)} of it outside Ruby's objects: native memory or fragmentation.`
}

function endsOf(dumps: Grown['dumps']) {
  const [first, last] = [dumps[0], dumps.at(-1)]
  if (first === undefined || last === undefined || first.processBytes === null || last.processBytes === null)
    return null
  const parts = (dump: Grown['dumps'][number]) => {
    const {outside, ...others} = heapParts(dump, dump.totals)
    return {...others, outside: outside ?? 0}
  }
  return {
    before: parts(first),
    firstBytes: first.processBytes,
    grown: last.processBytes - first.processBytes,
    lastBytes: last.processBytes,
    now: parts(last),
  }
}

function processInWords(dumps: Grown['dumps']): string[] {
  const ends = endsOf(dumps)
  if (ends === null) return []
  const {before, now, firstBytes, lastBytes} = ends
  const parts = [
    ['live objects', now.live - before.live],
    ['garbage', now.garbage - before.garbage],
    ['the tracer and the agent', now.ours - before.ours],
    ['outside the heap', now.outside - before.outside],
  ] as const
  const words = parts.filter(([, bytes]) => bytes !== 0).map(([name, bytes]) => `${name} ${formatSigned(bytes)}`)
  if (words.length === 0) return [`Process: ${formatBytes(lastBytes)}, as before.`]
  return [`Process: ${formatBytes(firstBytes)} → ${formatBytes(lastBytes)} (${words.join(', ')}).`]
}

/** A trend shows what grows; whether that is a leak is for `diff` and `analyze` to say. */
export function verdictOfTrend({
  dumps,
  heapPerHour,
  hours,
  memoryGrowth,
  memoryPerHour,
  owners,
}: Pick<TrendReport, 'heapPerHour' | 'hours' | 'memoryGrowth' | 'memoryPerHour' | 'owners'> & {
  readonly dumps: readonly unknown[]
}): readonly string[] {
  if (dumps.length < 2) return ['No two dumps are from the same run of this process.']
  const [fastest] = withoutGarbage(owners)
  const owner = fastest === undefined ? ['No owner grows.'] : growingInWords(fastest, dumps.length)
  const outside = (memoryPerHour ?? 0) - Math.max(0, heapPerHour ?? 0)
  if (memoryPerHour !== null && outside * hours >= LEAST_OUTSIDE && outside >= memoryPerHour * MOSTLY) {
    const heap = heapPerHour !== null && heapPerHour > 0 ? formatBytes(heapPerHour) : '0 B'
    return [
      `Process memory grows by ${formatBytes(memoryPerHour)} an hour, live objects by ${heap}.`,
      memoryGrowth === null || memoryGrowth.cause === null
        ? "Most of the growth is garbage, or outside Ruby's objects: native memory or fragmentation."
        : memoryGrowth.text,
      ...owner,
    ]
  }

  return [...owner, ...growsInWords('Live memory', heapPerHour), ...growsInWords('Process memory', memoryPerHour)]
}

function growingInWords({grew, memsizePerHour, memsizes, owner}: OwnerTrend, dumps: number): string[] {
  const [first = null] = memsizes
  return [
    `${owner} grows fastest: ${formatBytes(memsizePerHour)} an hour.`,
    `It held ${formatBytes(first)} at first and ${formatBytes(memsizes.at(-1) ?? null)} at last; it grew in ${formatCount(grew)} of ${formatCounted(dumps - 1, 'step')}.`,
  ]
}

function growsInWords(what: string, perHour: number | null): string[] {
  if (perHour === null) return []
  return [perHour > 0 ? `${what} grows by ${formatBytes(perHour)} an hour.` : `${what} does not grow.`]
}
