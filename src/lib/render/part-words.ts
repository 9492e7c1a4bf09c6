// The words for the parts of a process's memory, for all screens. docs/memory.md says more.
import type {PartGroup} from '../analysis/tables/part-groups.js'
import type {AllocatorTable, JitTable, RecordedMemory} from '../analysis/tables/recorded-memory.js'
import type {MemoryPart, PartKind, ProcessParts} from '../analysis/tables/process-parts.js'
import {formatBytes, formatCounted} from '../units.js'

export type GroupWords = {
  readonly name: string
  /** For a narrow screen. */
  readonly short: string
}

export const GROUP_WORDS: Readonly<Record<PartGroup, GroupWords>> = {
  agent: {name: 'agent and tracer', short: 'agent'},
  allocator: {name: 'free in malloc', short: 'malloc free'},
  jit: {name: 'JIT', short: 'JIT'},
  libraries: {name: 'libraries, files', short: 'libraries'},
  native: {name: 'native', short: 'native'},
  objects: {name: 'live objects', short: 'live'},
  other: {name: 'other', short: 'other'},
  slots: {name: 'garbage, free slots', short: 'garbage, free'},
  stacks: {name: 'thread stacks', short: 'stacks'},
}

export const PART_NAMES: Readonly<Record<PartKind, string>> = {
  agent: 'agent and allocation tracer',
  'allocator-free': 'free in malloc',
  'allocator-own': "the allocator's own tables",
  'allocator-unknown': 'native memory, in use or free',
  files: 'mapped files',
  'free-slots': 'free slots',
  'garbage-memory': 'garbage, outside slots',
  'garbage-slots': 'garbage, slots',
  'jit-code': 'JIT code',
  'jit-data': 'JIT data',
  'libraries-private': 'libraries, private',
  'libraries-shared': 'libraries, shared',
  'live-memory': 'live objects, outside slots',
  'live-slots': 'live objects, slots',
  native: 'native memory in use',
  'native-mapped': 'native memory, mapped',
  other: 'other',
  stacks: 'thread and fiber stacks',
}

const SENTENCES: Readonly<Record<PartKind, string>> = {
  agent: 'Objects of the heapdump agent, and the tables of the allocation tracer while tracing is on.',
  'allocator-free': 'Freed memory that the allocator keeps for the next allocation.',
  'allocator-own': 'What the allocator needs to keep track of its memory.',
  'allocator-unknown': 'From malloc, beside all objects. The agent could not ask the allocator how much of it is free.',
  files: 'Data files and shared memory that the process has mapped.',
  'free-slots': 'Free slots and page headers in the Ruby heap. Ruby returns a page when all of its slots are free.',
  'garbage-memory': 'Memory that garbage has outside its slots.',
  'garbage-slots': 'Objects that nothing refers to. A GC frees them; those that survived three, a major GC only.',
  'jit-code': 'Executable memory: machine code from YJIT, ZJIT or another compiler.',
  'jit-data': 'What the JIT compiler knows about the code that it compiled.',
  'libraries-private': 'Variables of libraries, and code of libraries that no other process has mapped.',
  'libraries-shared': 'Code of Ruby, gems and libraries that other processes have mapped too.',
  'live-memory': 'What live objects have outside their slots: string contents, arrays, hash tables, compiled code.',
  'live-slots': 'Slots of live objects in the Ruby heap.',
  native: "Allocated with malloc, beside all objects: C extensions, libraries, Ruby's own tables, malloc's rounding.",
  'native-mapped': 'Mapped by C extensions, libraries or Ruby itself without malloc.',
  other: 'Memory that no rule attributes.',
  stacks: 'The touched part of the stacks.',
}

/** One or two sentences on a part. */
export function partInWords({kind}: MemoryPart, {allocator, jit, stacks}: ProcessParts): string {
  if (kind === 'allocator-free' && allocator !== null) {
    const arenas = allocator.arenaCount === null ? '' : `, in ${formatCounted(allocator.arenaCount, 'arena')}`
    const trim =
      allocator.trimmableBytes === null
        ? ''
        : ` Asked for it in a copy of the process, it returned ${formatBytes(allocator.trimmableBytes)}.`
    return `Freed memory that ${allocator.name} keeps for the next allocation${arenas}.${trim}`
  }

  if (kind === 'stacks' && stacks !== null)
    return `The touched part of ${formatCounted(stacks.count, 'stack')} (${formatBytes(stacks.reservedBytes)} reserved).`
  if (kind === 'jit-code' && jit !== null && jit.codeBytes !== null) {
    const limit = jit.limitBytes === null ? '' : ` of at most ${formatBytes(jit.limitBytes)}`
    return `Machine code: ${jit.name} has generated ${formatBytes(jit.codeBytes)}${limit}.`
  }

  return SENTENCES[kind]
}

/** The parts that the process has, largest first; what cannot be attributed comes last. */
export function sortedParts({parts}: ProcessParts): readonly MemoryPart[] {
  return parts
    .filter(({bytes}) => bytes > 0)
    .toSorted((a, b) => Number(a.kind === 'other') - Number(b.kind === 'other') || b.bytes - a.bytes)
}

/** Most extensions and settings to name. */
const MOST_NAMES = 12

/** What else the record says, a sentence each. */
export function factsOfProcess(process: ProcessParts): readonly string[] {
  const {hugePageBytes, privateBytes, sharedBytes, swapBytes} = process
  return [
    sharedBytes === null || privateBytes === null
      ? null
      : `${formatBytes(privateBytes)} belongs to this process alone, ${formatBytes(sharedBytes)} is shared with others.`,
    swapBytes === null || swapBytes === 0 ? null : `Another ${formatBytes(swapBytes)} is swapped out.`,
    hugePageBytes === null || hugePageBytes === 0
      ? null
      : `${formatBytes(hugePageBytes)} is in transparent huge pages.`,
    ...memoryFacts(process).map(([name, value]) => `${name}: ${value}.`),
  ].filter(fact => fact !== null)
}

/** As names and values. */
export function memoryFacts(memory: RecordedMemory): ReadonlyArray<readonly [string, string]> {
  const {allocator, extensions, gaps, jit, settings} = memory
  const gems = [...new Set(extensions.map(({gem, version}) => `${gem} ${version}`))]
  const values = Object.entries(settings).map(([name, value]) => `${name}=${value}`)
  const facts: ReadonlyArray<readonly [string, string | null]> = [
    ['Allocator', allocator === null ? null : allocatorInWords(allocator)],
    ['JIT', jit === null ? null : jitInWords(jit)],
    ['Settings', values.length === 0 ? null : firstOf(values)],
    ['C extensions', gems.length === 0 ? null : firstOf(gems)],
    ['Incomplete', gaps.length === 0 ? null : gaps.join('; ')],
  ]
  return facts.flatMap(([name, value]) => (value === null ? [] : [[name, value] as const]))
}

function allocatorInWords({arenaCount, freeBytes, name, systemBytes, trimmableBytes, version}: AllocatorTable): string {
  return [
    version === null ? name : `${name} ${version}`,
    arenaCount === null ? null : formatCounted(arenaCount, 'arena'),
    systemBytes === null ? null : `${formatBytes(systemBytes)} from the system`,
    freeBytes === null ? null : `${formatBytes(freeBytes)} of it free`,
    trimmableBytes === null ? null : `${formatBytes(trimmableBytes)} could be returned`,
  ]
    .filter(Boolean)
    .join(', ')
}

function jitInWords({codeBytes, dataBytes, limitBytes, name}: JitTable): string {
  return [
    name,
    codeBytes === null ? null : `${formatBytes(codeBytes)} code`,
    limitBytes === null ? null : `at most ${formatBytes(limitBytes)}`,
    dataBytes === null ? null : `${formatBytes(dataBytes)} data`,
  ]
    .filter(Boolean)
    .join(', ')
}

function firstOf(names: readonly string[]): string {
  const more = names.length - MOST_NAMES
  return `${names.slice(0, MOST_NAMES).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}
