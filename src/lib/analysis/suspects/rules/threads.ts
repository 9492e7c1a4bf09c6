// Threads that accumulate: started for each request or job and waiting forever, or dead but still in a list.
import {NONE} from '../../../heap/columns.js'
import type {Heap} from '../../../heap/heap.js'
import {recordsOf} from '../../../heap/ownership.js'
import {formatBytes, formatCount} from '../../../units.js'
import {isAgents} from '../../objects/agent-objects.js'
import {threadStackBytes} from '../../objects/reserved-stack.js'
import {bytesOfParts, processParts} from '../../tables/process-parts.js'
import type {SuspectContext} from '../context.js'
import {ageInWords, type Finding} from '../finding.js'
import {type Owner, ownerOf, starterOf} from '../../objects/owner.js'

/** A web server has a few dozen at most. */
const MANY = 40

export function threads(context: SuspectContext): Finding[] {
  const {heap, graph} = context
  const groups = new Map<string, {owner: Owner; members: number[]}>()
  const listers = new Map<number, Owner>()
  for (const thread of heap.natives('VM/thread')) {
    if (!graph.isReachable(thread) || isAgents(heap, thread)) continue
    const owner = starterOf(heap, thread) ?? listerOf(context, thread, listers)
    const known = groups.get(owner.name)
    if (known) known.members.push(thread)
    else groups.set(owner.name, {members: [thread], owner})
  }

  return [...groups.values()]
    .filter(({members}) => members.length >= MANY)
    .map(({owner, members}) => describe(context, owner, members))
}

function describe(context: SuspectContext, owner: Owner, members: readonly number[]): Finding {
  const {heap} = context
  context.claim(members)
  const ours = new Set(members)
  for (const accumulation of context.accumulations)
    if (accumulation.members.some(member => ours.has(member)))
      context.claim(accumulation.parts.map(({container}) => container))
  const dead = members.filter(thread => isDead(heap, thread))
  const tops = context.outermost(members)
  const bytes = context.retainedBy(members)
  const age = context.ageOf(members, {tops})
  const state = dead.length < members.length / 2 ? LIVE : tops.length < members.length / 2 ? CHAINED : DEAD
  return {
    advice: state.advice,
    assessment: {by: 'defect', weight: 2},
    evidence: [
      `each keeps ${formatBytes(bytes / members.length)} alive${state === LIVE ? `, plus ${stackInWords(context)}` : ''}`,
      state === CHAINED
        ? 'each is held by another of these threads, as the return value of its block (Thread#value)'
        : null,
      dead.length > 0 && dead.length < members.length ? `${formatCount(dead.length)} of them have ended` : null,
      ageInWords(age),
    ].filter(line => line !== null),
    growth: age.growth,
    members,
    nested: true,
    owner,
    place: members[0],
    retainedSize: bytes,
    rule: 'threads',
    title: `${formatCount(members.length)} ${state.noun}${owner.kind === 'thread' ? '' : ` of ${owner.name}`}${state === CHAINED ? ', in a chain,' : ''} hold ${formatBytes(bytes)}`,
  }
}

/** The touched part of a stack, if it was recorded. */
function stackInWords({subject}: SuspectContext): string {
  const memory = processParts(subject)
  if (memory === null || memory.stacks === null || memory.stacks.count === 0)
    return 'up to 1 MB of stack that a heap dump does not count'
  return `${formatBytes(bytesOfParts(memory, 'stacks') / memory.stacks.count)} of stack`
}

const LIVE = {
  advice:
    'Use a pool of fixed size, set timeouts where threads wait (pop, wait, join), and drop references to threads that have ended.',
  noun: 'threads',
}
const DEAD = {
  advice:
    'Remove each thread from the list when it ends: these have ended, but a list still holds them, with everything in their variables.',
  noun: 'dead threads',
}
const CHAINED = {
  advice: 'End the block with nil: a thread holds the return value of its block, which here is another thread.',
  noun: 'dead threads',
}

/**
 * The agent lists the stacks of all running threads. Without that list: a dead thread has released its stack and has no
 * fiber.
 */
export function isDead(heap: Heap, thread: number): boolean {
  const {stacks} = recordsOf(heap)
  if (stacks.size > 0) return !stacks.has(thread)
  const {edges, firstEdge} = heap.columns
  const hasFiber = edges
    .subarray(firstEdge[thread], firstEdge[thread + 1])
    .some(target => target !== NONE && heap.detail(target) === 'fiber')
  return !hasFiber && heap.memsize(thread) < threadStackBytes(heap) / 4
}

/** The owner that holds the thread. Many are in one list, which may be far from a root: `known` caches by referrer. */
function listerOf({graph}: SuspectContext, thread: number, known: Map<number, Owner>): Owner {
  const above = graph.pathParent(thread)
  if (above === graph.root || above === NONE) return {index: thread, kind: 'thread', name: 'Thread'}
  const owner = known.get(above) ?? ownerOf(graph, above)
  known.set(above, owner)
  return owner
}
