// One request and what is said to it: sent again until somebody has answered, because a NOTIFY that is sent while an agent
// reconnects is lost. An agent knows the id of what it has heard.
import type {NotifyConnection} from '../postgres/notify-connection.js'
import {decodeEvent, deriveKey, encode, EventOrder, type NumberedEvent} from '../protocol/envelope.js'
import {type AgentRequest, EVERYWHERE, replyChannel, requestChannel} from '../protocol/messages.js'

const RESEND_MS = 2000

export type Conversation = {
  /**
   * The next thing that is said; null when that was nothing, or nothing of this conversation's, or it is time to look at
   * the clock again: at `until` (epoch ms) at the latest. `resends`: not everybody has answered yet.
   */
  next(until: number, resends: boolean): Promise<NumberedEvent | null>
}

type Said = {readonly secret: string; readonly signal?: AbortSignal}

/** A request to one dyno, or to all (`*`). Throws UserErrors of the connection, and `protocol_version`. */
export async function openConversation(
  connection: NotifyConnection,
  request: AgentRequest,
  {secret, signal}: Said,
): Promise<Conversation> {
  const {dyno, id} = request
  const key = deriveKey(secret)
  const channel = dyno === '*' ? EVERYWHERE : requestChannel(dyno)
  const payload = encode(request, channel, key)
  const replies = replyChannel(id)
  const order = new EventOrder()
  let resendAt = 0
  await connection.listen(replies)
  return {
    async next(until, resends) {
      if (resends && Date.now() >= resendAt) {
        await connection.notify(channel, payload)
        resendAt = Date.now() + RESEND_MS
      }

      const wakeAt = resends ? Math.min(until, resendAt) : until
      const notification = await connection.next(Math.max(1, wakeAt - Date.now()), signal)
      if (notification === null || notification.channel !== replies) return null
      const event = decodeEvent(notification.payload, id, replies, key)
      return event !== null && order.isNew(event) ? event : null
    },
  }
}

/** Unix seconds at which a request is made. */
export function requestTime(connection: NotifyConnection): number {
  return Math.floor(connection.now() / 1000)
}
