// One request and its events. It is sent again until an agent answers, because a NOTIFY sent while an agent reconnects
// is lost. An agent recognizes the id of a repeated request.
import type {NotifyConnection} from '../postgres/notify-connection.js'
import {decodeEvent, deriveKey, encode, EventOrder, type NumberedEvent} from '../protocol/envelope.js'
import {type AgentRequest, EVERYWHERE, replyChannel, requestChannel} from '../protocol/messages.js'

const RESEND_MS = 2000

export type Conversation = {
  /**
   * The next event; null at `until` (epoch ms) or earlier, when nothing came, or something that does not belong to this
   * conversation. `resends`: send the request again, because not every agent has answered yet.
   */
  next(until: number, resends: boolean): Promise<NumberedEvent | null>
}

type ConversationOptions = {
  readonly secret: string
  readonly signal?: AbortSignal
  /** Also return the events of this earlier request. */
  readonly follows?: string
}

/** Sends a request to one dyno, or to all (`*`). Throws the connection's UserErrors, and `protocol_version`. */
export async function openConversation(
  connection: NotifyConnection,
  request: AgentRequest,
  {follows, secret, signal}: ConversationOptions,
): Promise<Conversation> {
  const {dyno, id} = request
  const key = deriveKey(secret)
  const channel = dyno === '*' ? EVERYWHERE : requestChannel(dyno)
  const payload = encode(request, channel, key)
  const ids = [id, ...(follows === undefined ? [] : [follows])]
  const order = new EventOrder()
  let resendAt = 0
  for (const one of ids) await connection.listen(replyChannel(one))
  return {
    async next(until, resends) {
      if (resends && Date.now() >= resendAt) {
        await connection.notify(channel, payload)
        resendAt = Date.now() + RESEND_MS
      }

      const wakeAt = resends ? Math.min(until, resendAt) : until
      const notification = await connection.next(Math.max(1, wakeAt - Date.now()), signal)
      if (notification === null) return null
      const {channel: replies, payload: reply} = notification
      const answered = ids.find(one => replyChannel(one) === replies)
      if (answered === undefined) return null
      const event = decodeEvent(reply, answered, replies, key)
      return event !== null && order.isNew(event) ? event : null
    },
  }
}

/** The time for a request, in Unix seconds. */
export function requestTime(connection: NotifyConnection): number {
  return Math.floor(connection.now() / 1000)
}
