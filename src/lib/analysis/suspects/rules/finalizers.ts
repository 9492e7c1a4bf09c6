// Blocks that the VM itself holds. ObjectSpace.define_finalizer holds them until the object is collected; but a block
// created in the object's own method keeps the object alive, so that never happens. at_exit holds them until the
// process ends.
import {NONE} from '../../../heap/columns.js'
import type {Heap} from '../../../heap/heap.js'
import {TYPE} from '../../../heap/object-types.js'
import {formatBytes, formatCount} from '../../../units.js'
import {authorOf} from '../author.js'
import type {SuspectContext} from '../context.js'
import {ageInWords, type Finding} from '../finding.js'

const LEAST_BLOCKS = 50

type RootBlocks = Pick<Finding, 'advice' | 'rule'> & {
  readonly category: string
  readonly noun: string
  readonly title: (author: string) => string
}

const KINDS: readonly RootBlocks[] = [
  {
    advice:
      'Create the finalizer in a class method (def self.release(id) = proc { … }), so that its block holds only the id and not ' +
      'the object. Better still, close resources with ensure or a block.',
    category: 'finalizers',
    noun: 'finalizer',
    rule: 'finalizers',
    title: author => `finalizers${author} keep their objects alive`,
  },
  {
    advice:
      'Register one at_exit block at boot, not one per request or object: they are never removed, and each keeps its scope alive.',
    category: 'end_proc',
    noun: 'at_exit block',
    rule: 'at-exit-blocks',
    title: author => `at_exit blocks${author} keep everything they capture alive`,
  },
]

export function finalizers(context: SuspectContext): Finding[] {
  return KINDS.flatMap(kind => rootBlocks(context, kind))
}

/**
 * An entry is a block, or the list of one object's finalizers. In Ruby 2.7 each of those is again a list, of a safe
 * level and a block.
 */
const DEEPEST = 2

/** The blocks of these entries, each one once: a dump may have lists that contain the same lists many times. */
function blocksOf(heap: Heap, entries: Iterable<number>): ReadonlySet<number> {
  const {edges, firstEdge, types} = heap.columns
  const blocks = new Set<number>()
  let level = new Set(entries)
  for (let depth = 0; depth <= DEEPEST; depth++) {
    const next = new Set<number>()
    for (const entry of level) {
      if (types[entry] === TYPE.DATA && heap.detail(entry) === 'proc') blocks.add(entry)
      if (types[entry] !== TYPE.ARRAY) continue
      for (let at = firstEdge[entry]; at < firstEdge[entry + 1]; at++) if (edges[at] !== NONE) next.add(edges[at])
    }

    level = next
  }

  return blocks
}

function rootBlocks(context: SuspectContext, {advice, category, noun, rule, title}: RootBlocks): Finding[] {
  const {heap, graph} = context
  const {roots, rootCategory, rootCategories} = heap.columns
  const entries = new Set<number>()
  for (let at = 0; at < roots.length; at++) {
    if (
      rootCategories[rootCategory[at]] !== category ||
      roots[at] === NONE ||
      graph.dominator(roots[at]) !== graph.root
    )
      continue
    entries.add(roots[at])
  }

  const unique = [...entries]
  if (unique.length < LEAST_BLOCKS) return []
  context.claim(unique)
  const blocks = [...blocksOf(heap, entries)]
  const bytes = context.retainedBy(unique)
  const members = Int32Array.from(blocks.length > 0 ? blocks : unique)
  const age = context.ageOf(members, {tops: unique})
  const author = authorOf(heap, members)
  return [
    {
      advice,
      assessment: age.growth === 'growing' && author !== null ? {by: 'defect', weight: 2} : {by: 'age'},
      evidence: [
        `each of the ${formatCount(unique.length)} ${noun}s keeps ${formatBytes(bytes / unique.length)} alive`,
        ageInWords(age),
      ].filter(line => line !== null),
      growth: age.growth,
      members,
      owner:
        author === null
          ? {index: NONE, kind: 'finalizer', name: category === 'finalizers' ? 'finalizers' : 'at_exit'}
          : {index: NONE, kind: 'instance', name: author},
      place: blocks[0] ?? unique[0],
      retainedSize: bytes,
      rule,
      title: `${formatCount(unique.length)} ${title(author === null ? '' : ` of ${author}`)}, ${formatBytes(bytes)}`,
    },
  ]
}
