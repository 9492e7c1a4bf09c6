// Lists of blocks: subscribers, callbacks, memoized lambdas. Each Proc keeps the whole scope alive in which it was written, and that
// is where the memory is.
import {formatBytes, formatCount} from '../../../units.js'
import {authorOf} from '../author.js'
import type {SuspectContext} from '../context.js'
import type {Finding} from '../finding.js'
import {pileFinding} from '../pile-finding.js'
import {ownerInWords} from '../words.js'

export function closures(context: SuspectContext): Finding[] {
  return context.piles
    .filter(
      pile => /^(?:Proc|Method|\(IMEMO ment\))$/.test(pile.groups[0].className) && !context.isClaimed(pile.container),
    )
    .map(pile => {
      const author = authorOf(context.heap, pile.members)
      const each = pile.groups[0].bytes / pile.groups[0].count
      return pileFinding(context, pile, {
        advice:
          'Take callbacks out again when their object is done with (unsubscribe), or register one block for all. ' +
          'A block keeps every local variable and the self of the method it was written in: move it to a method that has only what it needs.',
        evidence: [`each keeps ${formatBytes(each)} alive${author === null ? '' : `; written in ${author}`}`],
        rule: 'closures',
        title: `${ownerInWords(pile.owner)} keeps ${formatCount(pile.groups[0].count)} ${pile.groups[0].className.startsWith('(') ? 'methods made of blocks' : 'blocks'}${author === null || author === pile.owner.name ? '' : ` of ${author}`} and all they close over, ${formatBytes(pile.bytes)}`,
      })
    })
}
