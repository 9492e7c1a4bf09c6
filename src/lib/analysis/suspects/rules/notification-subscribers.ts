// ActiveSupport::Notifications keeps each subscriber until somebody unsubscribes it; who subscribes at each request never does. Rails
// and its gems have some dozens, from boot on.
import {NONE} from '../../../heap/columns.js'
import type {Heap} from '../../../heap/heap.js'
import {formatBytes, formatCount} from '../../../units.js'
import {authorOf} from '../author.js'
import type {SuspectContext} from '../context.js'
import type {Finding} from '../finding.js'
import {pileFinding} from '../pile-finding.js'

const SUBSCRIBER = /^ActiveSupport::Notifications::Fanout::Subscribers::/
const MANY = 100

export function notificationSubscribers(context: SuspectContext): Finding[] {
  return context.piles
    .filter(
      pile =>
        SUBSCRIBER.test(pile.groups[0].className) && pile.groups[0].count >= MANY && !context.isClaimed(pile.container),
    )
    .map(pile => {
      const author = authorOf(context.heap, pile.members, subscriber => targetsOf(context.heap, subscriber))
      const blocks =
        author === null
          ? []
          : [...pile.members].flatMap(member =>
              targetsOf(context.heap, member).filter(target => context.heap.detail(target) === 'proc'),
            )
      return pileFinding(context, pile, {
        members: blocks.length > 0 ? blocks : undefined,
        advice:
          'Subscribe once, when the app boots (an initializer); for the time of a block there is ActiveSupport::Notifications.subscribed; else keep what subscribe returns and unsubscribe it.',
        assessment: {by: 'defect', weight: 2},
        evidence: [
          `each subscriber keeps its block, and with it the object that subscribed${author === null ? '' : `: ${author}`}`,
        ],
        rule: 'notification-subscribers',
        title: `ActiveSupport::Notifications keeps ${formatCount(pile.groups[0].count)} subscribers${author === null ? '' : ` of ${author}`}, ${formatBytes(pile.bytes)}`,
      })
    })
}

/** What a subscriber refers to, its block among it. */
function targetsOf({columns: {firstEdge, edges}}: Heap, subscriber: number): readonly number[] {
  return [...edges.subarray(firstEdge[subscriber], firstEdge[subscriber + 1])].filter(target => target !== NONE)
}
