// Several processes at one moment: is every worker leaking, or one?
import {formatBytes, formatDuration} from '../../units.js'
import {takeTop} from '../objects/options.js'
import {ageHours, materialBytes} from './owner-levels.js'
import type {DumpSummary, SummarizedDump} from './dump-summary.js'
import {outliersAmong} from './group-difference.js'

export type ProcessRow = SummarizedDump & {
  readonly heapBytes: number
  readonly healthy: boolean
  /** Suspects of kind leak. */
  readonly leaks: number
}

export type OwnerOfProcesses = {
  readonly owner: string
  /** For each process. */
  readonly memsizes: readonly number[]
  /** Positions of the processes with a suspect of kind leak that has this owner. */
  readonly leakIn: readonly number[]
}

export type ProcessesReport = {
  /** In sentences, the most important one first. */
  readonly answer: readonly string[]
  readonly processes: readonly ProcessRow[]
  /** Leaks first, then by size. */
  readonly owners: readonly OwnerOfProcesses[]
}

/** Dumps further apart are not of one moment. */
const ONE_MOMENT_MS = 600_000
/** A size differs from another one by chance by about this share. */
const CHANCE = 0.1
const MOST_ANSWERS = 3

/** `summaries`: two or more. `top`: rows, 0 = all. */
export function processTable(summaries: readonly DumpSummary[], top: number): ProcessesReport {
  const names = new Set(
    summaries.flatMap(one => [...one.owners.map(({name}) => name), ...leaksOf(one).map(({owner}) => owner)]),
  )
  const owners = [...names]
    .map((owner): OwnerOfProcesses => {
      const memsizes = summaries.map(one => heldBy(one, owner))
      const leakIn = summaries.flatMap((one, at) => (leaksOf(one).some(leak => leak.owner === owner) ? [at] : []))
      return {leakIn, memsizes, owner}
    })
    .toSorted((a, b) => b.leakIn.length - a.leakIn.length || Math.max(...b.memsizes) - Math.max(...a.memsizes))
  return {
    answer: [...answerOf(summaries, owners), ...doubts(summaries)],
    owners: takeTop(owners, {top}),
    processes: summaries.map(one => ({
      ...one.dump,
      healthy: one.healthy,
      heapBytes: one.totals.memsize,
      leaks: leaksOf(one).length,
    })),
  }
}

function leaksOf({suspects}: DumpSummary) {
  return suspects.filter(({kind}) => kind === 'leak')
}

/** A suspect may have an owner that is only an instance below the one that all its memory is counted for. */
function heldBy({owners, suspects}: DumpSummary, owner: string): number {
  const counted = owners.find(({name}) => name === owner)?.memsize
  return counted ?? suspects.find(one => one.owner === owner)?.retainedSize ?? 0
}

function answerOf(summaries: readonly DumpSummary[], owners: readonly OwnerOfProcesses[]): readonly string[] {
  const all = summaries.length
  const leaking = owners.filter(({leakIn}) => leakIn.length > 0)
  if (leaking.length > 0) return leaking.slice(0, MOST_ANSWERS).map(one => leakInWords(one, summaries))
  const material = materialBytes(summaries)
  const [uneven] = owners
    .flatMap(one => {
      const levels = one.memsizes.map(memsize => ({error: Math.max(material / 4, memsize * CHANCE), memsize}))
      const difference = outliersAmong(levels, material)
      return difference === null ? [] : [{...one, difference}]
    })
    .toSorted((a, b) => b.difference.memsize - a.difference.memsize)
  if (uneven === undefined)
    return [`No leak: ${all === 2 ? 'both processes hold' : `all ${all} processes hold`} about the same.`]
  const {difference, owner} = uneven
  const where = difference.groups.map(at => labelOf(summaries[at].dump)).join(', ')
  return [
    `No leak, but ${where} ${difference.groups.length === 1 ? 'holds' : 'hold'} ${formatBytes(difference.memsize)} more under ${owner} than the others.`,
  ]
}

function leakInWords({leakIn, memsizes, owner}: OwnerOfProcesses, summaries: readonly DumpSummary[]): string {
  const held = leakIn.map(at => memsizes[at]).toSorted((a, b) => a - b)
  const sizes =
    held.length === 1 ? formatBytes(held[0]) : `${formatBytes(held[0])} to ${formatBytes(held[held.length - 1])}`
  if (leakIn.length === summaries.length)
    return `${owner} is a leak in ${summaries.length === 2 ? 'both' : `all ${summaries.length}`} processes: ${sizes} each.`
  const others = memsizes.filter((_, at) => !leakIn.includes(at))
  const where =
    leakIn.length === 1
      ? `${labelOf(summaries[leakIn[0]].dump)} alone`
      : `${leakIn.length} of ${summaries.length} processes`
  return `${owner} is a leak in ${where}: ${sizes}, against ${formatBytes(Math.max(...others))} at most elsewhere.`
}

/** Where differences may come from the dumps, not from the processes. */
function doubts(summaries: readonly DumpSummary[]): readonly string[] {
  const times = summaries.flatMap(({dump: {createdAt}}) => (createdAt === null ? [] : [Date.parse(createdAt)]))
  const apart = times.length === 0 ? 0 : Math.max(...times) - Math.min(...times)
  const ages = summaries.map(ageHours).filter(age => age !== null)
  const [youngest, oldest] = [Math.min(...ages), Math.max(...ages)]
  const releases = new Set(summaries.flatMap(({dump: {release}}) => release ?? []))
  return [
    ...(apart > ONE_MOMENT_MS ? [`These dumps are ${formatDuration(apart / 1000)} apart.`] : []),
    ...(ages.length > 1 && oldest > youngest * 2
      ? [
          `The processes are ${formatDuration(youngest * 3600)} to ${formatDuration(oldest * 3600)} old: an older one holds more of a leak.`,
        ]
      : []),
    ...(releases.size > 1 ? [`They run different releases: ${[...releases].slice(0, 5).join(', ')}.`] : []),
  ]
}

/** `web.1 puma worker 0`; the dump if the process is unknown. */
function labelOf({dyno, id, process}: SummarizedDump): string {
  return [dyno, process].filter(Boolean).join(' ') || id
}
