// The rules for automatic dumps: one signed document in the bucket, which the agents read. docs/automatic.md explains
// the terms.
import {UserError} from '../errors.js'
import {decode, encode} from './envelope.js'

export const RULES_KEY = 'heapdump/rules.json'
/** All rules have to fit into the size of a NOTIFY. */
const LONGEST_URL = 500

export type Trigger =
  | {
      readonly type: 'memory'
      readonly above: string
      readonly samples?: number
      /** Memory quota of a dyno in bytes by process type: what a percentage refers to. */
      readonly quotas?: Readonly<Record<string, number>>
    }
  | {readonly type: 'growth'; readonly perHour: string}
  | {readonly type: 'schedule'; readonly every: string}
  | {readonly type: 'schedule'; readonly at: string}

export type Rule = {
  readonly name: string
  /** Absent: every dyno that has an agent. */
  readonly dynos?: readonly string[]
  readonly trigger: Trigger
  readonly limits?: {readonly cooldown?: string; readonly perDay?: number}
  /** Length of the tracing window before the dump. */
  readonly trace?: string
  readonly redact?: false
  /** Where the agent posts what it has dumped by this rule; `app` for the command in the message. */
  readonly webhook?: {readonly url: string; readonly app?: string}
}

export type RulesDocument = {
  readonly v: 1
  readonly type: 'rules'
  readonly id: 'rules'
  readonly dyno: '*'
  /** Unix seconds; rises with every change of the rules. */
  readonly at: number
  readonly rules: readonly Rule[]
}

export type StoredRules = Pick<RulesDocument, 'at' | 'rules'>

/** Throws UserError `payload_too_long` for more than about forty rules. */
export function encodeRules({at, rules}: StoredRules, key: Buffer): string {
  return encode({at, dyno: '*', id: 'rules', rules, type: 'rules', v: 1}, RULES_KEY, key)
}

const REASONS = {
  malformed: 'malformed',
  oversized: 'too long',
  signature: 'not signed with this secret',
  version: 'of another version of this plugin',
} as const

/** `text` is null if no rules were ever written. Throws UserError `rules_unreadable`. */
export function decodeRules(text: string | null, key: Buffer): StoredRules {
  if (text === null) return {at: 0, rules: []}
  const decoded = decode(text, RULES_KEY, key)
  if (!decoded.ok) throw unreadable(REASONS[decoded.reason])
  const {at = 0, rules, type} = decoded.message
  if (type !== 'rules' || !isTime(at) || !Array.isArray(rules)) throw unreadable(REASONS.malformed)
  const odd = rules.findIndex(rule => !isRule(rule))
  if (odd !== -1) throw unreadable(`this plugin does not understand rule ${odd + 1} of ${rules.length}`)
  // Earlier plugins wrote no time.
  return {at, rules: rules as Rule[]}
}

function unreadable(why: string): UserError {
  return new UserError(`Cannot read the rules in the bucket (${RULES_KEY}): ${why}.`, {
    code: 'rules_unreadable',
    hint: ['Agents ignore them too.', 'To remove them: heroku heapdump:schedule:remove --all'],
  })
}

type Fields = Readonly<Record<string, unknown>>

/** A signed rule may still be from another version of this plugin. Unknown fields are allowed. */
function isRule(value: unknown): value is Rule {
  if (!isObject(value)) return false
  const {dynos, limits, name, redact, trace, trigger, webhook} = value
  return (
    typeof name === 'string' &&
    isTrigger(trigger) &&
    (dynos === undefined || (Array.isArray(dynos) && dynos.every(dyno => typeof dyno === 'string'))) &&
    (limits === undefined ||
      (isObject(limits) && isOptional(limits.cooldown, 'string') && isOptional(limits.perDay, 'number'))) &&
    isOptional(trace, 'string') &&
    (redact === undefined || redact === false) &&
    (webhook === undefined ||
      (isObject(webhook) &&
        typeof webhook.url === 'string' &&
        isWebhook(webhook.url) &&
        isOptional(webhook.app, 'string')))
  )
}

function isTrigger(value: unknown): value is Trigger {
  if (!isObject(value)) return false
  const {above, at, every, perHour, quotas, samples, type} = value
  switch (type) {
    case 'memory':
      return (
        typeof above === 'string' &&
        isOptional(samples, 'number') &&
        (quotas === undefined || (isObject(quotas) && Object.values(quotas).every(quota => typeof quota === 'number')))
      )
    case 'growth':
      return typeof perHour === 'string'
    case 'schedule':
      return (typeof every === 'string') !== (typeof at === 'string')
    default:
      return false
  }
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isOptional(value: unknown, type: 'number' | 'string'): boolean {
  return value === undefined || typeof value === type
}

function isTime(value: unknown): value is number {
  return Number.isSafeInteger(value)
}

/** One line: `memory above 80% for 3 samples`. */
export function describeTrigger(trigger: Trigger): string {
  switch (trigger.type) {
    case 'memory': {
      return `memory above ${trigger.above} for ${trigger.samples ?? 3} samples`
    }

    case 'growth': {
      return `memory grows by ${trigger.perHour} an hour`
    }

    case 'schedule': {
      return 'at' in trigger ? `every day at ${trigger.at} UTC` : `every ${trigger.every}`
    }
  }
}

/** An https URL, or an http one on this machine: what the agent posts to. */
export function isWebhook(text: string): boolean {
  if (!URL.canParse(text) || text.length > LONGEST_URL || /\s/.test(text)) return false
  const {hostname, password, protocol, username} = new URL(text)
  const isLocal = ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
  return username === '' && password === '' && (protocol === 'https:' || (protocol === 'http:' && isLocal))
}

/** Anyone who knows the path of a webhook can post to it, so only its host is shown. */
export function withoutSecret({webhook, ...rule}: Rule): Rule {
  return webhook === undefined ? rule : {...rule, webhook: {...webhook, url: `${new URL(webhook.url).origin}/…`}}
}
