// A Queue that is filled faster than it is drained, or has lost its consumer.
import {className} from '../../objects/class-names.js'
import {holders} from '../../objects/owners.js'
import type {SuspectContext} from '../context.js'
import type {Finding} from '../finding.js'
import {accumulationFinding} from '../accumulation-finding.js'
import {counted, ownerInWords} from '../words.js'

const QUEUE = /(?:^|::)(?:Sized)?Queue$/

export function undrainedQueue(context: SuspectContext): Finding[] {
  const {graph, heap} = context
  return context.accumulations.flatMap(accumulation => {
    if (context.isClaimed(accumulation.container)) return []
    let steps = 0
    for (const node of holders(graph, accumulation.container)) {
      if (steps++ > 2) return []
      if (!QUEUE.test(className(heap, node))) continue
      const what = counted(accumulation.groups[0].count, accumulation.groups[0].className)
      return [
        accumulationFinding(context, accumulation, {
          advice:
            'Check that its consumer is alive and fast enough, and let it rescue and log errors. Use a SizedQueue to make the producer wait.',
          rule: 'undrained-queue',
          title:
            accumulation.age.growth === 'growing'
              ? `${ownerInWords(accumulation.owner)} holds a queue that is not drained: ${what} waiting`
              : `${ownerInWords(accumulation.owner)} holds a queue with ${what} waiting`,
        }),
      ]
    }

    return []
  })
}
