// ActiveSupport::Notifications keeps each subscriber until somebody unsubscribes it; who subscribes at each request never does. Rails
// and its gems have some dozens, from boot on.
import {NONE} from '../../../heap/heap.js'
import {formatBytes, formatCount} from '../../../units.js'
import type {Pile, SuspectContext} from '../context.js'
import type {Finding} from '../finding.js'
import {selfOfProc} from '../owner.js'
import {pileFinding} from '../pile-finding.js'

const SUBSCRIBER = /^ActiveSupport::Notifications::Fanout::Subscribers::/
const MANY = 100
const SAMPLE = 200

export function notificationSubscribers(context: SuspectContext): Finding[] {
  return context.piles
    .filter(pile => SUBSCRIBER.test(pile.groups[0].className) && pile.groups[0].count >= MANY && !context.isClaimed(pile.container))
    .map(pile => {
      const author = authorOf(context, pile)
      return pileFinding(context, pile, {
        advice: 'Subscribe once, when the app boots (an initializer); for the time of a block there is ActiveSupport::Notifications.subscribed; else keep what subscribe returns and unsubscribe it.',
        certainty: 2,
        evidence: [`each subscriber keeps its block, and with it the object that subscribed${author === null ? '' : `: ${author}`}`],
        rule: 'notification-subscribers',
        title: `ActiveSupport::Notifications keeps ${formatCount(pile.groups[0].count)} subscribers${author === null ? '' : ` of ${author}`}, ${formatBytes(pile.bytes)}`,
      })
    })
}

/** Whose blocks most subscribers call. */
function authorOf({heap}: SuspectContext, {members}: Pile): string | null {
  const {firstEdge, edges} = heap.columns
  const counts = new Map<string, number>()
  const seen = Math.min(SAMPLE, members.length)
  for (const member of members.subarray(0, seen)) {
    for (let at = firstEdge[member]; at < firstEdge[member + 1]; at++) {
      if (edges[at] === NONE || heap.detail(edges[at]) !== 'proc') continue
      const self = selfOfProc(heap, edges[at])
      if (self !== null) counts.set(self.name, (counts.get(self.name) ?? 0) + 1)
    }
  }

  const [most] = [...counts].toSorted(([, a], [, b]) => b - a)
  return most !== undefined && most[1] >= seen / 2 ? most[0] : null
}
