// A Queue that is filled faster than it is emptied, or whose consumer has died.
import {className} from '../../objects/class-names.js'
import {holders} from '../../objects/owners.js'
import type {SuspectContext} from '../context.js'
import type {Finding} from '../finding.js'
import {pileFinding} from '../pile-finding.js'
import {counted, ownerInWords} from '../words.js'

const QUEUE = /(?:^|::)(?:Sized)?Queue$/

export function undrainedQueue(context: SuspectContext): Finding[] {
  const {graph, heap} = context
  return context.piles.flatMap(pile => {
    if (context.isClaimed(pile.container)) return []
    let steps = 0
    for (const node of holders(graph, pile.container)) {
      if (steps++ > 2) return []
      if (!QUEUE.test(className(heap, node))) continue
      const what = counted(pile.groups[0].count, pile.groups[0].className)
      return [
        pileFinding(context, pile, {
          advice:
            'Is its consumer alive, and fast enough? A dead thread drains nothing: let it rescue and log. Use a SizedQueue to make the producer wait.',
          rule: 'undrained-queue',
          title:
            pile.age.growth === 'growing'
              ? `${ownerInWords(pile.owner)} has a queue that nobody drains: ${what} wait in it`
              : `${ownerInWords(pile.owner)} has a queue in which ${what} wait`,
        }),
      ]
    }

    return []
  })
}
