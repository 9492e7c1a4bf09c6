// How much of a process's growth is objects, native memory, free memory in the allocator, compiled code: from the memory
// recorded with the first and the last dump.
import {formatBytes, formatSigned} from '../../units.js'
import {type GroupBytes, PART_GROUPS, type PartGroup} from './part-groups.js'

export type MemoryGrowth = {
  /** Of the process: the sum of the changes. */
  readonly bytes: number
  readonly changes: GroupBytes
  /**
   * The part that most of the growth is in. If the process did not grow noticeably, the part that took over free memory.
   * null: neither.
   */
  readonly cause: PartGroup | null
  /** One or two sentences. */
  readonly text: string
}

/** Less than this comes and goes. */
const LEAST_BYTES = 10e6
const LEAST_SHARE = 0.05
/** The part of the growth that makes a cause. */
const MOSTLY = 0.5
/** Parts that are no free memory. */
const IN_USE: ReadonlySet<PartGroup> = new Set(['jit', 'native', 'objects', 'stacks'])
/** Parts that are named. */
const NAMED = 4
const LEAST_NAMED = 500_000

/** Nouns that fit after a number of bytes. */
export const PART_NOUNS: Readonly<Record<PartGroup, string>> = {
  agent: 'the agent',
  allocator: 'free memory in malloc',
  jit: 'compiled code',
  libraries: 'libraries and files',
  native: 'native memory',
  objects: 'live objects',
  other: 'other',
  slots: 'garbage and free slots',
  stacks: 'thread stacks',
}

const MEANINGS: Readonly<Partial<Record<PartGroup, string>>> = {
  allocator:
    'Free memory is no leak: the app freed it, and malloc keeps it. heapdump:analyze says what returns it to the dyno.',
  jit: 'Compiled code levels off once all hot code is compiled, or at its limit.',
  native: 'C extensions or FFI code use it; objects do not account for it.',
  slots: 'Free slots are no leak: a peak of objects left them, and Ruby reuses them.',
  stacks: 'More threads run, or they run deeper.',
}

/** null: not recorded with both dumps. */
export function memoryGrowth(first: GroupBytes | null, last: GroupBytes | null): MemoryGrowth | null {
  if (first === null || last === null) return null
  const entries = PART_GROUPS.map(group => [group, last[group] - first[group]] as const)
  const changes = Object.fromEntries(entries) as Record<PartGroup, number>
  const bytes = entries.reduce((sum, [, change]) => sum + change, 0)
  const before = PART_GROUPS.reduce((sum, group) => sum + first[group], 0)
  const isGrown = bytes >= LEAST_BYTES && bytes >= before * LEAST_SHARE
  const largest = entries.toSorted(([, a], [, b]) => b - a)
  const [[most, gain]] = largest
  // What free memory paid for does not show in the process's size yet.
  const isHidden = !isGrown && IN_USE.has(most) && gain >= LEAST_BYTES && gain >= before * LEAST_SHARE
  const cause = (isGrown && gain >= bytes * MOSTLY) || isHidden ? most : null
  return {bytes, cause, changes, text: inWords(bytes, largest, isGrown, cause)}
}

function inWords(
  bytes: number,
  largest: ReadonlyArray<readonly [PartGroup, number]>,
  isGrown: boolean,
  cause: PartGroup | null,
): string {
  if (!isGrown) {
    const size =
      bytes <= -LEAST_BYTES
        ? `The process shrank by ${formatBytes(-bytes)}.`
        : `The process did not grow noticeably (${formatSigned(bytes)}).`
    const [[, gain]] = largest
    if (cause === null) return size
    return `${size} But ${formatBytes(gain)} more is ${PART_NOUNS[cause]} that took over free memory.`
  }

  const named = largest
    .filter(([, change]) => change >= LEAST_NAMED)
    .slice(0, NAMED)
    .map(([group, change]) => `${formatBytes(change)} ${PART_NOUNS[group]}`)
  const sum = `The process grew by ${formatBytes(bytes)}: ${named.join(', ')}.`
  const meaning = cause === null ? undefined : MEANINGS[cause]
  return meaning === undefined ? sum : `${sum} ${meaning}`
}
