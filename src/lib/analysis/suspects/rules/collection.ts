// The plain case: a collection, or an object with collections, that holds many like objects. Piles of one owner and one kind (the
// same thread-local in each thread of a pool) are one finding.
import {formatBytes, formatCount} from '../../../units.js'
import {type Pile, type SuspectContext, topsOf} from '../context.js'
import type {Finding} from '../finding.js'
import {pileFinding} from '../pile-finding.js'
import type {Removals} from '../removals.js'
import {counted, ownerInWords} from '../words.js'

export function collection(context: SuspectContext): Finding[] {
  const alike = new Map<string, Pile[]>()
  for (const pile of context.piles) {
    if (context.isClaimed(pile.container)) continue
    const key = [pile.owner.kind, pile.owner.name, pile.groups[0].className, context.heap.columns.types[pile.container]].join('\n')
    const known = alike.get(key)
    if (known) known.push(pile)
    else alike.set(key, [pile])
  }

  return [...alike.values()].map(piles => (piles.length === 1 ? pileFinding(context, piles[0]) : together(context, piles)))
}

/** Of several collections: what is true of all of them. */
function removalsOf(piles: readonly Pile[]): Removals {
  return piles.every(({removals}) => removals === piles[0].removals) ? piles[0].removals : null
}

function together(context: SuspectContext, piles: readonly Pile[]): Finding {
  const [largest] = piles
  for (const pile of piles) context.claim(pile.container)
  const members = Int32Array.from(piles.flatMap(pile => [...pile.members]))
  const all = context.ageOf(members, {removals: removalsOf(piles), tops: piles.flatMap(pile => Array.from(topsOf(pile)))})
  // Where only old and new are told apart, the requests of several threads, begun at several times, are no growth; one that has both is.
  const age = all.growth === 'mixed' && !context.ages.tellsGenerations && piles.every(pile => pile.age.growth !== 'mixed') ? largest.age : all
  const {owner} = largest
  const bytes = piles.reduce((sum, pile) => sum + pile.bytes, 0)
  const count = piles.reduce((sum, pile) => sum + pile.groups[0].count, 0)
  const holders = owner.kind === 'thread' ? `${formatCount(piles.length)} threads` : `${formatCount(piles.length)} collections of ${ownerInWords(owner)}`
  const finding = pileFinding(context, {...largest, age, bytes, members})
  return {
    ...finding,
    evidence: [`in ${holders}; the largest: ${finding.evidence[0]}`, ...finding.evidence.slice(1)],
    title: `${holders} ${age.growth === 'growing' ? 'keep adding' : 'hold'} ${counted(count, largest.groups[0].className)}, ${formatBytes(bytes)}`,
  }
}
