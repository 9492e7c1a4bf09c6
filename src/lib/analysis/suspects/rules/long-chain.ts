// A linked list: each node holds the next, so holding the first one holds all.
import {NO_NODE} from '../../../graph/graph.js'
import {formatBytes, formatCount} from '../../../units.js'
import {isKindOf} from '../../objects/class-names.js'
import {dominatorsOf} from '../../objects/dominators.js'
import {isMachinery} from '../accumulation-points.js'
import type {SuspectContext} from '../context.js'
import {ageInWords, type Finding} from '../finding.js'
import {ownerOf} from '../../objects/owner.js'
import {ownerInWords} from '../words.js'

const LEAST_LINKS = 1000

export function longChain(context: SuspectContext): Finding[] {
  const {graph, heap} = context
  const {names, groupOf} = context.subject.classes
  const {depth, dominators} = graph.tree
  const {order} = graph.retained
  if (depth < LEAST_LINKS) return []
  // The number of links below each node: objects of its class, one or two steps apart (directly, or with an Array, Hash
  // or block between).
  const links = new Int32Array(heap.count)
  const next = new Int32Array(heap.count).fill(NO_NODE)
  for (let at = order.length - 1; at > 0; at--) {
    const node = order[at]
    const above = dominators[node]
    if (above === graph.root) continue
    const further = dominators[above]
    const holder =
      groupOf[above] === groupOf[node]
        ? above
        : further !== graph.root && further !== NO_NODE && groupOf[further] === groupOf[node]
          ? further
          : NO_NODE
    if (holder !== NO_NODE && links[node] + 1 > links[holder]) {
      links[holder] = links[node] + 1
      next[holder] = node
    }
  }

  const findings: Finding[] = []
  // Each node comes after its dominator, so the dominator's flag covers all above it. A walk up from each link would be
  // quadratic.
  const explained = new Uint8Array(heap.count)
  for (let at = 1; at < order.length; at++) {
    const head = order[at]
    const above = dominators[head]
    explained[head] = (above !== graph.root && explained[above] === 1) || context.claimed.has(head) ? 1 : 0
    if (explained[head] === 1 || links[head] < LEAST_LINKS || isMachinery(heap, head)) continue
    explained[head] = 1
    const bytes = context.retainedBy([head])
    context.claim([head])
    for (const accumulation of context.accumulations)
      if (isBelow(context, accumulation.dominator, head))
        context.claim(accumulation.parts.map(({container}) => container))
    const members: number[] = []
    for (let node = head; node !== NO_NODE; node = next[node]) members.push(node)
    const owner = ownerOf(graph, dominators[head] === graph.root ? head : dominators[head])
    const age = context.ageOf(members, {tops: [head]})
    findings.push({
      advice: isKindOf(heap, head, 'Exception')
        ? 'Keep the message instead of the exception, and raise with cause: nil where $! is an old one: each exception holds the one before it as its cause, with its backtrace.'
        : 'Cut the chain (clear the reference to the next or previous link) when a link is no longer needed: holding one link holds all links after it.',
      evidence: [
        `a chain of ${formatCount(members.length)} × ${names[groupOf[head]]}, each held by the one before`,
        ageInWords(age),
      ].filter(line => line !== null),
      growth: age.growth,
      assessment: {by: 'age'},
      members,
      nested: true,
      owner,
      place: head,
      retainedSize: bytes,
      rule: 'long-chain',
      title: `${ownerInWords(owner)} holds a chain of ${formatCount(members.length)} × ${names[groupOf[head]]}, ${formatBytes(bytes)}`,
    })
  }

  return findings
}

function isBelow({graph}: SuspectContext, node: number, above: number): boolean {
  for (const at of dominatorsOf(graph, node)) if (at === above) return true
  return false
}
