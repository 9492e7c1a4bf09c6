// Message ↔ signed payload: `1.<hmac>.<json>`. The signature covers version, channel and the bytes of the JSON as they
// stand.
import {createHmac, timingSafeEqual} from 'node:crypto'
import {FAILURE_CODES} from '../error-codes.js'
import {UserError} from '../errors.js'
import type {RulesDocument} from './rules.js'
import {type AgentEvent, type AgentRequest, MAX_PAYLOAD_BYTES, PROTOCOL_VERSION} from './messages.js'

/** The signing key: 32 bytes, derived from what only the app and its operators hold. The same in every version. */
export function deriveKey(secret: string): Buffer {
  return createHmac('sha256', secret).update('heroku-heapdump protocol 1').digest()
}

function sign(key: Buffer, version: string, channel: string, json: string): string {
  return createHmac('sha256', key).update(`${version}\n${channel}\n${json}`).digest('hex')
}

/** Throws when the payload would be over Postgres's limit. */
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
 * Checks size, signature, version and shape, in this order; never throws. `version`: signed as ours, but of another version, which is
 * why every version signs alike.
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
] satisfies Array<AgentEvent['type']>)

/** An agent's event with its number, which rises with each that a dyno sends. */
export type NumberedEvent = AgentEvent & {readonly n: number}

/**
 * A signed event of request `id`, or null: forged, of another request, without a number, or of a type this version does
 * not know. Throws UserError `protocol_version` when the agent speaks another version.
 */
export function decodeEvent(payload: string, id: string, channel: string, key: Buffer): NumberedEvent | null {
  const decoded = decode(payload, channel, key)
  if (!decoded.ok && decoded.reason === 'version') {
    throw new UserError("The app's agent speaks another version of the protocol than this plugin.", {
      code: 'protocol_version',
      hint: 'Update the plugin (heroku plugins:update), or deploy once so that the buildpack updates the agent.',
    })
  }

  if (!decoded.ok || decoded.message.id !== id) return null
  if (!EVENT_TYPES.has(decoded.message.type) || !Number.isSafeInteger(decoded.message.n)) return null
  // The agent signed it, so its fields are what docs/protocol.md says. A later one may have codes of its own.
  const event = decoded.message as unknown as NumberedEvent
  return event.type === 'failed' && !FAILURE_CODES.includes(event.code) ? {...event, code: 'unknown'} : event
}

/** Tells what an agent says from what it has said before: whoever can run SQL can send a signed event once more. */
export class EventOrder {
  readonly #last = new Map<string, number>()

  isNew({dyno, n}: NumberedEvent): boolean {
    if (n <= (this.#last.get(dyno) ?? -1)) return false
    this.#last.set(dyno, n)
    return true
  }
}
