// ActiveRecord's query cache: the results of a request's queries, forgotten when it ends. Old ones in it, or very many, were made where
// no end of a request comes: a script or thread that has switched the cache on for itself.
import {NONE} from '../../../heap/columns.js'
import {formatBytes, formatCount} from '../../../units.js'
import {className} from '../../objects/class-names.js'
import {holders} from '../../objects/owners.js'
import type {Pile, SuspectContext} from '../context.js'
import type {Finding} from '../finding.js'
import {pileFinding} from '../pile-finding.js'

const HOLDER = /^ActiveRecord::ConnectionAdapters::(?:\w+Adapter$|QueryCache)/
const RESULT = 'ActiveRecord::Result'
/** Of queries, since Rails 7.1. */
const BOUND = 100
const SAMPLE = 50
const STEPS = 4

export function queryCache(context: SuspectContext): Finding[] {
  return context.piles
    .filter(pile => !context.isClaimed(pile.container) && isOfConnection(context, pile) && holdsResults(context, pile))
    .map(pile => {
      const isStale = pile.age.growth !== 'recent' && pile.groups[0].count > BOUND
      return pileFinding(context, pile, {
        advice:
          'The query cache is emptied when a request or job ends. Outside of these switch it on for a block only (ActiveRecord::Base.cache { … }), ' +
          'never with enable_query_cache!, and read in batches with uncached { … }.',
        assessment: isStale ? {by: 'defect', weight: 2} : undefined,
        evidence: isStale ? ['there are results in it from many GCs ago: no request has ended since'] : [],
        rule: 'query-cache',
        title: `The query cache of a connection (${pile.owner.name.split('::').at(-1)}) keeps the results of ${formatCount(pile.groups[0].count)} queries, ${formatBytes(pile.bytes)}`,
      })
    })
}

function isOfConnection({graph, heap}: SuspectContext, {container}: Pile): boolean {
  let steps = 0
  for (const node of holders(graph, container)) {
    if (HOLDER.test(className(heap, node))) return true
    if (++steps > STEPS) return false
  }

  return false
}

/** Members are results, or Hashes of results by bound values. */
function holdsResults({heap}: SuspectContext, {members}: Pile): boolean {
  const {firstEdge, edges} = heap.columns
  const isResult = (index: number) => index !== NONE && className(heap, index) === RESULT
  return members
    .subarray(0, SAMPLE)
    .some(member => isResult(member) || edges.subarray(firstEdge[member], firstEdge[member + 1]).some(isResult))
}
