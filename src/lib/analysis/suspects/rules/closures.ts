// Lists of blocks: subscribers, callbacks, memoized lambdas. Each Proc keeps the whole scope alive in which it was
// defined, and that is where the memory is.
import {formatBytes, formatCount} from '../../../units.js'
import {authorOf} from '../author.js'
import type {SuspectContext} from '../context.js'
import type {Finding} from '../finding.js'
import {accumulationFinding} from '../accumulation-finding.js'
import {ownerInWords} from '../words.js'

export function closures(context: SuspectContext): Finding[] {
  return context.accumulations
    .filter(
      accumulation =>
        /^(?:Proc|Method|\(IMEMO ment\))$/.test(accumulation.groups[0].className) &&
        !context.isClaimed(accumulation.container),
    )
    .map(accumulation => {
      const author = authorOf(context.heap, accumulation.members)
      const each = accumulation.groups[0].bytes / accumulation.groups[0].count
      return accumulationFinding(context, accumulation, {
        advice:
          'Unregister callbacks when their object is no longer needed (unsubscribe), or register one block for all. ' +
          'A block captures self and every local variable of its method: define it in a method that has only what it needs.',
        evidence: [`each keeps ${formatBytes(each)} alive${author === null ? '' : `; defined in ${author}`}`],
        rule: 'closures',
        title: `${ownerInWords(accumulation.owner)} holds ${formatCount(accumulation.groups[0].count)} ${accumulation.groups[0].className.startsWith('(') ? 'methods defined from blocks' : 'blocks'}${author === null || author === accumulation.owner.name ? '' : ` of ${author}`} and everything they capture, ${formatBytes(accumulation.bytes)}`,
      })
    })
}
