// The memory of a process as one bar of groups with a legend: a picture and a line of text.
import {type GroupBytes, PART_GROUPS, type PartGroup} from '../analysis/tables/part-groups.js'
import {formatBytes} from '../units.js'
import {GROUP_WORDS, type GroupWords} from './part-words.js'

export type BarPart = {
  /** null: groups that are too small for a word of their own. */
  readonly group: PartGroup | null
  readonly bytes: number
  readonly name: string
  /** Width in the bar, in characters; all of them together are as wide as the bar. */
  readonly cells: number
}

/** Below this share, a group gets no word of its own. */
const LEAST_SHARE = 0.01
const MARGIN = 2
/** Groups that have no room for a word; `other` is what nothing can be attributed to. */
const REST = 'rest'

/** The words for the groups of a bar; a group without words is part of the rest. */
export type BarWords = Readonly<Partial<Record<PartGroup, GroupWords>>>

/** `width`: of the bar, and the most that the legend takes with a mark and two spaces per part. */
export function barParts(bytes: GroupBytes, width: number, words: BarWords = GROUP_WORDS): readonly BarPart[] {
  const whole = PART_GROUPS.reduce((sum, group) => sum + bytes[group], 0)
  if (whole === 0) return []
  const isShown = (group: PartGroup) => group !== 'other' && words[group] !== undefined
  // Live objects are what a dump is about.
  const isLarge = (group: PartGroup) => bytes[group] >= (group === 'objects' ? 1 : whole * LEAST_SHARE)
  const shown = new Set(PART_GROUPS.filter(group => isShown(group) && isLarge(group)))
  for (;;) {
    const rest = PART_GROUPS.reduce((sum, group) => (shown.has(group) ? sum : sum + bytes[group]), 0)
    for (const length of ['name', 'short'] as const) {
      const parts = [
        ...[...shown].map(group => ({bytes: bytes[group], group, name: words[group]?.[length] ?? REST})),
        ...(rest === 0 ? [] : [{bytes: rest, group: null, name: rest > bytes.other ? REST : GROUP_WORDS.other.name}]),
      ]
      if (parts.length < 2 || legendWidth(parts) <= width) return withCells(parts, whole, width)
    }

    shown.delete([...shown].reduce((least, group) => (bytes[group] < bytes[least] ? group : least)))
  }
}

/** Whole megabytes from 10 on: the line has little room, and nobody needs more. */
export function formatRough(bytes: number): string {
  return bytes >= 9.95e6 && bytes < 999.5e6 ? `${Math.round(bytes / 1e6)} MB` : formatBytes(bytes)
}

type Named = Omit<BarPart, 'cells'>

function legendWidth(parts: readonly Named[]): number {
  return parts.reduce((sum, {bytes, name}) => sum + 2 + `${formatRough(bytes)} ${name}`.length + MARGIN, -MARGIN)
}

/** Rounds so that all cells are used: the parts that lose most by rounding down get one more. */
function withCells(parts: readonly Named[], whole: number, width: number): readonly BarPart[] {
  const exact = parts.map(({bytes}) => (bytes / whole) * width)
  const cells = exact.map(Math.floor)
  const left = width - cells.reduce((sum, count) => sum + count, 0)
  const order = exact.map((_, at) => at).toSorted((a, b) => lossOf(exact, b) - lossOf(exact, a))
  const more = new Set(order.slice(0, left))
  return parts.map((part, at) => ({...part, cells: (cells[at] ?? 0) + (more.has(at) ? 1 : 0)}))
}

function lossOf(exact: readonly number[], at: number): number {
  const value = exact[at] ?? 0
  return value - Math.floor(value)
}
