// Threads that pile up: started for each request or job, and waiting for ever; or dead ones that somebody still lists.
import {NONE} from '../../../heap/columns.js'
import type {Heap} from '../../../heap/heap.js'
import {recordsOf} from '../../../heap/ownership.js'
import {formatBytes, formatCount} from '../../../units.js'
import {isAgents} from '../../objects/agent-objects.js'
import {threadStackBytes} from '../../objects/threads.js'
import type {SuspectContext} from '../context.js'
import {ageInWords, type Finding} from '../finding.js'
import {type Owner, ownerOf, starterOf} from '../../objects/owner.js'

/** A web server has some dozens at most. */
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
  for (const pile of context.piles)
    if (pile.members.some(member => ours.has(member))) context.claim(pile.parts.map(({container}) => container))
  const dead = members.filter(thread => isDead(heap, thread))
  const tops = context.outermost(members)
  const bytes = context.retainedBy(members)
  const age = context.ageOf(members, {tops})
  const state = dead.length < members.length / 2 ? LIVE : tops.length < members.length / 2 ? CHAINED : DEAD
  return {
    advice: state.advice,
    assessment: {by: 'defect', weight: 2},
    evidence: [
      `each keeps ${formatBytes(bytes / members.length)} alive${state === LIVE ? ', and up to 1 MB of stack that a heap dump does not count' : ''}`,
      state === CHAINED
        ? 'each is kept by another one of them, as the value that its block has returned (Thread#value)'
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
    title: `${formatCount(members.length)} ${state.noun}${owner.kind === 'thread' ? '' : ` of ${owner.name}`} are kept${state === CHAINED ? ' in a chain' : ''}, with ${formatBytes(bytes)} that only they hold`,
  }
}

const LIVE = {
  advice:
    'Use a pool of a fixed size, end threads that wait (timeouts on pop, wait and join), and let go of those that have ended.',
  noun: 'threads',
}
const DEAD = {
  advice:
    'These threads have ended, and somebody still lists them: take a thread out of the list when it has ended. What it had in its variables stays with it.',
  noun: 'dead threads',
}
const CHAINED = {
  advice:
    'A thread keeps what its block returned last, and that is another thread here: let the block end in nil. Then each one can go when it has ended.',
  noun: 'dead threads',
}

/**
 * The agent lists the stacks of all that run; where it has not, a thread that has ended has given its stack back, and
 * has no fiber.
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

/** Whoever keeps the thread. Many are in one list, which may be far from a root: `known` is by what refers to them. */
function listerOf({graph}: SuspectContext, thread: number, known: Map<number, Owner>): Owner {
  const above = graph.pathParent(thread)
  if (above === graph.root || above === NONE) return {index: thread, kind: 'thread', name: 'Thread'}
  const owner = known.get(above) ?? ownerOf(graph, above)
  known.set(above, owner)
  return owner
}
