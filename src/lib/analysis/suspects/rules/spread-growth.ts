// Growth outside all accumulations: a search tree, a trie, a graph of records that each refer to a few others. No part
// of it is large.
import {formatBytes} from '../../../units.js'
import {labelOf} from '../../objects/labels.js'
import type {MemberGroup} from '../accumulation-points.js'
import type {SuspectContext} from '../context.js'
import {ageInWords, type Finding} from '../finding.js'
import {allBelow, spreadingPoints} from '../growth-below.js'
import {ownerOf} from '../../objects/owner.js'
import {settleIt} from '../accumulation-finding.js'
import {counted, groupsInWords, ownerInWords} from '../words.js'

/** Without visible growth it is worth a line from this share of live memory on. */
const LEAST_SHARE = 0.05

export function spreadGrowth(context: SuspectContext): Finding[] {
  const {graph, heap} = context
  const explained = new Uint8Array(heap.count + 1)
  for (const node of context.claimed) explained[node] = 1
  for (const {members} of context.accumulations) for (const member of members) explained[member] = 1
  return spreadingPoints(context, explained, context.leastBytes).flatMap(node => {
    const branches = graph.childrenOf(node).filter(child => explained[child] === 0)
    const below = allBelow(context, branches, explained)
    if (below === null || below.groups.length === 0) return []
    const bytes = context.retainedBy([node])
    const grows = below.age.growth === 'growing'
    const mayGrow = grows || below.age.growth === 'mixed'
    if (!mayGrow && context.share(bytes) < LEAST_SHARE) return []
    context.claim([node])
    const above = graph.dominator(node)
    const owner = ownerOf(graph, above === graph.root ? node : above)
    const [most] = named(below.groups)
    return [
      {
        advice: grows
          ? 'Cap it, expire entries, or rebuild it from time to time: no part of it is large, but the whole is, and nothing is removed.'
          : 'Check whether it has to be in memory as objects: no part of it is large, but the whole is. ' +
            settleIt(context),
        evidence: [`below ${labelOf(heap, node)}: ${groupsInWords(below.groups)}`, ageInWords(below.age)].filter(
          line => line !== null,
        ),
        grownBytes: mayGrow ? below.bytes : undefined,
        growth: below.age.growth,
        assessment: {by: 'age'},
        members: branches,
        owner,
        place: node,
        retainedSize: bytes,
        rule: 'spread-growth',
        title: `${ownerInWords(owner)} ${grows ? 'keeps adding to' : 'holds'} a tree of objects: ${counted(most.count, most.className)}, ${formatBytes(bytes)}`,
      } satisfies Finding,
    ]
  })
}

/** The app's classes say more than the strings and numbers they hold. */
function named(groups: readonly MemberGroup[]): readonly MemberGroup[] {
  const telling = groups.filter(
    ({className, count}) => count >= 16 && !/^(?:String|Array|Time|Float|Integer|\()/.test(className),
  )
  return telling.length > 0 ? telling : groups
}
