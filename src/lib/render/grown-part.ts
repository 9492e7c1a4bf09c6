// Which part of a process's memory grew most since the previous dump of the process, from what the list knows.
import type {StoredDump} from '../store/store.js'
import {formatBytes} from '../units.js'

const PARTS = [
  ['Ruby heap', 'heapBytes'],
  ['free in malloc', 'mallocFreeBytes'],
  ['JIT', 'jitBytes'],
  ['stacks', 'stackBytes'],
] as const

/** Growth that is worth a word. */
const LEAST_BYTES = 1e6

/** `dumps`: newest first. `+12 MB free in malloc`; empty: no previous dump, or nothing grew. */
export function grownPart(dump: StoredDump, dumps: readonly StoredDump[]): string {
  const isSame = (one: StoredDump) => one.bootedAt === dump.bootedAt && one.dyno === dump.dyno && one.pid === dump.pid
  const previous = dumps.find(one => one.createdAt < dump.createdAt && isSame(one))
  if (dump.bootedAt === null || previous === undefined) return ''
  const known = PARTS.flatMap(([name, field]) => {
    const [before, now] = [previous[field], dump[field]]
    return before === null || now === null ? [] : [{change: now - before, name}]
  })
  if (known.length === 0 || previous.memoryBytes === null || dump.memoryBytes === null) return ''
  // What strings and hashes have from malloc is in the rest, together with native memory.
  const rest = dump.memoryBytes - previous.memoryBytes - known.reduce((sum, {change}) => sum + change, 0)
  const [most] = [...known, {change: rest, name: 'malloc in use'}].toSorted((a, b) => b.change - a.change)
  return most === undefined || most.change < LEAST_BYTES ? '' : `+${formatBytes(most.change)} ${most.name}`
}
