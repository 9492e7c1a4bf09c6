// ActiveSupport::Notifications keeps each subscriber until it is unsubscribed, and code that subscribes on each request
// never does that. Rails and its gems have a few dozen, from boot on.
import {NONE} from '../../../heap/columns.js'
import type {Heap} from '../../../heap/heap.js'
import {formatBytes, formatCount} from '../../../units.js'
import {authorOf} from '../author.js'
import type {SuspectContext} from '../context.js'
import type {Finding} from '../finding.js'
import {accumulationFinding} from '../accumulation-finding.js'

const SUBSCRIBER = /^ActiveSupport::Notifications::Fanout::Subscribers::/
const MANY = 100

export function notificationSubscribers(context: SuspectContext): Finding[] {
  return context.accumulations
    .filter(
      accumulation =>
        SUBSCRIBER.test(accumulation.groups[0].className) &&
        accumulation.groups[0].count >= MANY &&
        !context.isClaimed(accumulation.container),
    )
    .map(accumulation => {
      const author = authorOf(context.heap, accumulation.members, subscriber => targetsOf(context.heap, subscriber))
      const blocks =
        author === null
          ? []
          : [...accumulation.members].flatMap(member =>
              targetsOf(context.heap, member).filter(target => context.heap.detail(target) === 'proc'),
            )
      return accumulationFinding(context, accumulation, {
        members: blocks.length > 0 ? blocks : undefined,
        advice:
          'Subscribe once at boot (in an initializer), or use ActiveSupport::Notifications.subscribed with a block. Otherwise keep what subscribe returns and pass it to unsubscribe.',
        assessment: {by: 'defect', weight: 2},
        evidence: [
          `each subscriber holds its block and the object that subscribed${author === null ? '' : `: ${author}`}`,
        ],
        rule: 'notification-subscribers',
        title: `ActiveSupport::Notifications holds ${formatCount(accumulation.groups[0].count)} subscribers${author === null ? '' : ` of ${author}`}, ${formatBytes(accumulation.bytes)}`,
      })
    })
}

/** The references of a subscriber, its block among them. */
function targetsOf({columns: {firstEdge, edges}}: Heap, subscriber: number): readonly number[] {
  return [...edges.subarray(firstEdge[subscriber], firstEdge[subscriber + 1])].filter(target => target !== NONE)
}
