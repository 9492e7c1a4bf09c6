// ObjectSpace.define_finalizer: the VM keeps each finalizer until its object is collected. A finalizer that is a block written in the
// object's own method keeps the object, so that never happens.
import {NONE} from '../../../heap/heap.js'
import {TYPE} from '../../../heap/object-types.js'
import {formatBytes, formatCount} from '../../../units.js'
import type {SuspectContext} from '../context.js'
import {ageInWords, type Finding} from '../finding.js'
import {counted} from '../words.js'
import {authorOf} from './closures.js'

const LEAST_FINALIZERS = 50

export function finalizers(context: SuspectContext): Finding[] {
  const {heap, graph} = context
  const {roots, rootCategory, rootCategories, types, firstEdge, edges} = heap.columns
  const entries: number[] = []
  const blocks: number[] = []
  for (let at = 0; at < roots.length; at++) {
    if (rootCategories[rootCategory[at]] !== 'finalizers' || roots[at] === NONE || graph.dominator(roots[at]) !== graph.root) continue
    entries.push(roots[at])
    // An entry is the list of one object's finalizers.
    const listed = types[roots[at]] === TYPE.ARRAY ? edges.subarray(firstEdge[roots[at]], firstEdge[roots[at] + 1]) : [roots[at]]
    for (const target of listed) if (target !== NONE && heap.detail(target) === 'proc') blocks.push(target)
  }

  const unique = [...new Set(entries)]
  if (unique.length < LEAST_FINALIZERS) return []
  context.claim(...unique)
  const bytes = unique.reduce((sum, entry) => sum + graph.retainedSizes[entry], 0)
  const members = Int32Array.from(blocks.length > 0 ? blocks : unique)
  const age = context.ages.profile(members)
  const author = authorOf(context, {members})
  return [
    {
      advice:
        'A finalizer must not be written where it can see its object: make it in a class method (def self.release(id) = proc { … }), ' +
        'so that the block keeps only the id. Better still, close what is open with ensure or a block.',
      certainty: age.growth === 'growing' && author !== null ? 2 : 1,
      evidence: [`${counted(unique.length, 'finalizer')}, each keeps ${formatBytes(bytes / unique.length)} alive`, ageInWords(age)].filter(line => line !== null),
      growth: age.growth,
      members,
      owner: author === null ? {index: NONE, kind: 'finalizer', name: 'finalizers'} : {index: NONE, kind: 'instance', name: author},
      place: blocks[0] ?? unique[0],
      retainedSize: bytes,
      rule: 'finalizers',
      title: `${formatCount(unique.length)} finalizers${author === null ? '' : ` of ${author}`} keep their objects alive, ${formatBytes(bytes)}`,
    },
  ]
}
