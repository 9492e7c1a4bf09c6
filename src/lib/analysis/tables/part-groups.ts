// The parts of a process's memory in few groups, for pictures and for what grew. Together they are the resident memory.
import type {Subject} from '../objects/subject.js'
import {bytesOfParts, type PartKind, processParts, type ProcessParts} from './process-parts.js'

const KINDS = {
  objects: ['live-slots', 'live-memory'],
  slots: ['garbage-slots', 'garbage-memory', 'free-slots'],
  native: ['native', 'native-mapped', 'allocator-unknown'],
  allocator: ['allocator-free', 'allocator-own'],
  jit: ['jit-code', 'jit-data'],
  stacks: ['stacks'],
  libraries: ['libraries-shared', 'libraries-private', 'files'],
  agent: ['agent'],
  other: ['other'],
} as const satisfies Readonly<Record<string, readonly PartKind[]>>

export type PartGroup = keyof typeof KINDS

/** In the order of pictures. */
export const PART_GROUPS = Object.keys(KINDS) as readonly PartGroup[]

export type GroupBytes = Readonly<Record<PartGroup, number>>

/** null: nothing was recorded. */
export function groupsOf(subject: Subject): GroupBytes | null {
  const found = processParts(subject)
  return found === null ? null : groupBytes(found)
}

export function groupBytes(found: Pick<ProcessParts, 'parts'>): GroupBytes {
  const entries = PART_GROUPS.map(group => [group, bytesOfParts(found, ...KINDS[group])] as const)
  return Object.fromEntries(entries) as Record<PartGroup, number>
}
