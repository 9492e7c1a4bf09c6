// ActiveRecord's query cache holds the results of a request's queries and is cleared when the request ends. Old
// results, or very many, come from code outside a request: a script or thread that enabled the cache for itself.
import {NONE} from '../../../heap/columns.js'
import {formatBytes, formatCount} from '../../../units.js'
import {className} from '../../objects/class-names.js'
import {holders} from '../../objects/owners.js'
import type {Accumulation, SuspectContext} from '../context.js'
import type {Finding} from '../finding.js'
import {accumulationFinding} from '../accumulation-finding.js'

const HOLDER = /^ActiveRecord::ConnectionAdapters::(?:\w+Adapter$|QueryCache)/
const RESULT = 'ActiveRecord::Result'
/** The limit on cached queries since Rails 7.1. */
const BOUND = 100
const SAMPLE = 50
const STEPS = 4

export function queryCache(context: SuspectContext): Finding[] {
  return context.accumulations
    .filter(
      accumulation =>
        !context.isClaimed(accumulation.container) &&
        isOfConnection(context, accumulation) &&
        holdsResults(context, accumulation),
    )
    .map(accumulation => {
      const isStale = accumulation.age.growth !== 'recent' && accumulation.groups[0].count > BOUND
      return accumulationFinding(context, accumulation, {
        advice:
          'Outside requests and jobs, enable the query cache only for a block (ActiveRecord::Base.cache { … }), never with ' +
          'enable_query_cache!, and read in batches inside uncached { … }. It is cleared only when a request or job ends.',
        assessment: isStale ? {by: 'defect', weight: 2} : undefined,
        evidence: isStale ? ['it holds results from many GCs ago: no request has ended since'] : [],
        rule: 'query-cache',
        title: `The query cache of a connection (${accumulation.owner.name.split('::').at(-1)}) holds the results of ${formatCount(accumulation.groups[0].count)} queries, ${formatBytes(accumulation.bytes)}`,
      })
    })
}

function isOfConnection({graph, heap}: SuspectContext, {container}: Accumulation): boolean {
  let steps = 0
  for (const node of holders(graph, container)) {
    if (HOLDER.test(className(heap, node))) return true
    if (++steps > STEPS) return false
  }

  return false
}

/** Members are results, or Hashes of results by bound values. */
function holdsResults({heap}: SuspectContext, {members}: Accumulation): boolean {
  const {firstEdge, edges} = heap.columns
  const isResult = (index: number) => index !== NONE && className(heap, index) === RESULT
  return members
    .subarray(0, SAMPLE)
    .some(member => isResult(member) || edges.subarray(firstEdge[member], firstEdge[member + 1]).some(isResult))
}
