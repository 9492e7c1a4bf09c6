// A pile in words. Rules for special piles replace what they know better.
import {TYPE} from '../../heap/object-types.js'
import {formatBytes, formatCount} from '../../units.js'
import {labelOf} from '../labels.js'
import type {Growth} from './ages.js'
import type {Pile, SuspectContext} from './context.js'
import {ageInWords, type Finding} from './finding.js'
import {collectionName, counted, groupsInWords, looksLikeBound, ownerInWords} from './words.js'

export type PileWords = Partial<Pick<Finding, 'advice' | 'certainty' | 'highFrom' | 'kind' | 'owner' | 'rule' | 'title'>> & {
  /** Before what the pile itself says. */
  readonly evidence?: readonly string[]
}

const BOUND_EACH =
  'They are not many, but what each one holds is never taken out: bound each of them, let their entries expire, and drop those that nobody uses any more.'

/** Claims the pile: rules that come later leave it alone. */
export function pileFinding(context: SuspectContext, pile: Pile, words: PileWords = {}): Finding {
  const {heap} = context
  const {age, below, container, groups, members} = pile
  context.claim(container)
  const owner = words.owner ?? pile.owner
  const listed = collectionName(heap, container)
  const size = heap.columns.sizes[container]
  const bounded = heap.columns.types[container] === TYPE.HASH && looksLikeBound(size) && below === null && mayBeFull(age)
  const grows = age.growth === 'growing' && !bounded
  const what = counted(groups[0].count, groups[0].className)
  return {
    advice: words.advice ?? (below === null ? adviceFor(age.growth, bounded) : BOUND_EACH),
    bounded,
    certainty: words.certainty,
    highFrom: words.highFrom,
    kind: words.kind,
    evidence: [
      ...(words.evidence ?? []),
      `${labelOf(heap, container)}: ${groupsInWords(groups)}`,
      below === null ? null : `below them: ${groupsInWords(below.groups)}`,
      ageInWords(age),
      bounded ? `exactly ${formatCount(size)}: ${age.growth === 'recent' ? 'this looks like a bound that was reached' : 'a bound that was reached, or chance'}` : null,
    ].filter(line => line !== null),
    grownBytes: below?.bytes,
    growth: age.growth,
    members,
    owner,
    place: container,
    retainedSize: pile.bytes,
    rule: words.rule ?? (below !== null ? 'spread-growth' : grows ? 'growing-collection' : 'large-collection'),
    title:
      words.title ??
      (below !== null
        ? `${ownerInWords(owner)} keeps adding below ${listed ?? 'what it holds'}: its ${what} grow, ${formatBytes(pile.bytes)}`
        : grows
        ? `${ownerInWords(owner)} keeps adding to ${listed ?? 'what it holds'}: ${what}, ${formatBytes(pile.bytes)}`
        : `${ownerInWords(owner)} holds ${what}${listed === null ? '' : ` in ${listed}`}, ${formatBytes(pile.bytes)}`),
  }
}

/** Generations say more than a round number does; without them it is all there is to tell a full cache from a leak. */
function mayBeFull({activeGenerations, growth, allSinceTracing}: Pile['age']): boolean {
  if (activeGenerations === 0) return growth !== 'settled'
  return growth === 'recent' || (growth === 'growing' && allSinceTracing)
}

export function adviceFor(growth: Growth, bounded: boolean): string {
  if (bounded && growth === 'recent') return 'If this is a cache with a bound, it is as large as it was meant to be; lower the bound to save memory.'
  if (bounded) return 'A cache with a bound is as large as it was meant to be: lower the bound to save memory. If nothing bounds it, it is a leak: diff with a later dump, and see whether the number is the same.'
  switch (growth) {
    case 'growing':
      return 'Nothing takes entries out: give it a bound (an LRU cache), an expiry, or let go of entries when they are done with.'
    case 'boot':
      return 'Loaded with the code and constant since: normal, unless it is larger than you thought.'
    case 'recent':
      return 'All of it is new: a request in flight, or a cache that turns over. Compare with a second dump before you change anything.'
    default:
      return 'Do you need all of it in memory at once? Load less (select, limit, find_each), or keep a summary. A second dump tells whether it grows.'
  }
}
