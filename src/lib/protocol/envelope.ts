// Message ↔ signed payload: `1.<hmac>.<json>`. The signature covers version, channel and the exact bytes of the JSON.
import {createHmac, timingSafeEqual} from 'node:crypto'
import {FAILURE_CODES} from '../error-codes.js'
import {UserError} from '../errors.js'
import type {RulesDocument} from './rules.js'
import {type AgentEvent, type AgentRequest, MAX_PAYLOAD_BYTES, PROTOCOL_VERSION} from './messages.js'

/** The signing key: 32 bytes, derived from the secret of the app and its operators. The same in every version. */
export function deriveKey(secret: string): Buffer {
  return createHmac('sha256', secret).update('heroku-heapdump protocol 1').digest()
}

function sign(key: Buffer, version: string, channel: string, json: string): string {
  return createHmac('sha256', key).update(`${version}\n${channel}\n${json}`).digest('hex')
}

/** Throws UserError `payload_too_long` if the payload exceeds Postgres's limit. */
export function encode(message: AgentRequest | AgentEvent | RulesDocument, channel: string, key: Buffer): string {
  const json = JSON.stringify(message)
  const payload = `${PROTOCOL_VERSION}.${sign(key, String(PROTOCOL_VERSION), channel, json)}.${json}`
  if (Buffer.byteLength(payload) > MAX_PAYLOAD_BYTES) {
    throw new UserError(`A message of ${Buffer.byteLength(payload)} bytes does not fit into a NOTIFY.`, {
      code: 'payload_too_long',
    })
  }

  return payload
}

export type Decoded =
  | {
      readonly ok: true
      readonly message: {readonly type: string; readonly id: string} & Readonly<Record<string, unknown>>
    }
  | {readonly ok: false; readonly reason: 'oversized' | 'version' | 'malformed' | 'signature'}

/**
 * Checks size, signature, version and shape, in this order; never throws. `version` means validly signed, but of
 * another version; to tell that from a forgery, every version signs the same way.
 */
export function decode(payload: string, channel: string, key: Buffer): Decoded {
  if (Buffer.byteLength(payload) > MAX_PAYLOAD_BYTES) return {ok: false, reason: 'oversized'}
  const match = /^(\d{1,4})\.([0-9a-f]{64})\.(\{.*\})$/s.exec(payload)
  if (!match) return {ok: false, reason: 'malformed'}
  const [, version = '', signature = '', json = ''] = match
  const expected = sign(key, version, channel, json)
  if (!timingSafeEqual(Buffer.from(expected), Buffer.from(signature))) return {ok: false, reason: 'signature'}
  if (Number(version) !== PROTOCOL_VERSION) return {ok: false, reason: 'version'}
  try {
    const message = JSON.parse(json) as Record<string, unknown>
    if (message.v !== PROTOCOL_VERSION) return {ok: false, reason: 'version'}
    if (typeof message.type !== 'string' || typeof message.id !== 'string') return {ok: false, reason: 'malformed'}
    return {message: message as {type: string; id: string}, ok: true}
  } catch {
    return {ok: false, reason: 'malformed'}
  }
}

const EVENT_TYPES = new Set<string>([
  'accepted',
  'tracing',
  'dumping',
  'uploading',
  'finished',
  'failed',
  'alive',
  'done',
  'status',
  'trimmed',
  'history',
  'yielded',
] satisfies Array<AgentEvent['type']>)

/** An agent's event with its number, which rises with every event of a dyno. */
export type NumberedEvent = AgentEvent & {readonly n: number}

/**
 * A signed event of request `id`; null if it is forged, of another request, without a number, or of an unknown type.
 * Throws UserError `protocol_version` if the agent speaks another version.
 */
export function decodeEvent(payload: string, id: string, channel: string, key: Buffer): NumberedEvent | null {
  const decoded = decode(payload, channel, key)
  if (!decoded.ok && decoded.reason === 'version') {
    throw new UserError("The app's agent uses a different protocol version than this plugin.", {
      code: 'protocol_version',
      hint: 'Update the plugin (heroku plugins:update), or deploy once to update the agent.',
    })
  }

  if (!decoded.ok || decoded.message.id !== id) return null
  if (!EVENT_TYPES.has(decoded.message.type) || !Number.isSafeInteger(decoded.message.n)) return null
  // The agent signed it, so its fields are as in docs/protocol.md. A later agent may use new codes.
  const event = decoded.message as unknown as NumberedEvent
  return event.type === 'failed' && !FAILURE_CODES.includes(event.code) ? {...event, code: 'unknown'} : event
}

/** Tells new events from replayed ones: anyone who can run SQL can send a signed event again. */
export class EventOrder {
  readonly #last = new Map<string, number>()

  /** Two dynos of one name number their events independently. */
  isNew({boot, dyno, host, n}: NumberedEvent): boolean {
    const sender = JSON.stringify([dyno, host, boot])
    if (n <= (this.#last.get(sender) ?? -1)) return false
    this.#last.set(sender, n)
    return true
  }
}
