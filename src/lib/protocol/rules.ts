// The rules of automatic dumps, as they lie in the bucket: one signed document, which the agents read. docs/automatic.md has the words.
import {UserError} from '../errors.js'
import {decode, encode} from './envelope.js'

export const RULES_KEY = 'heapdump/rules.json'

export type Trigger =
  | {
      readonly type: 'memory'
      readonly above: string
      readonly samples?: number
      /** Memory quota of a dyno by its process type, bytes: what a share is of. */
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
}

export type RulesDocument = {
  readonly v: 1
  readonly type: 'rules'
  readonly id: 'rules'
  readonly dyno: '*'
  /** Unix seconds; above that of the rules before. */
  readonly at: number
  readonly rules: readonly Rule[]
}

export type StoredRules = Pick<RulesDocument, 'at' | 'rules'>

/** Throws UserError `payload_too_long`: there is room for about forty rules. */
export function encodeRules({at, rules}: StoredRules, key: Buffer): string {
  return encode({at, dyno: '*', id: 'rules', rules, type: 'rules', v: 1}, RULES_KEY, key)
}

/** `text` null: nobody has written any. Throws UserError `rules_unreadable`. */
export function decodeRules(text: string | null, key: Buffer): StoredRules {
  if (text === null) return {at: 0, rules: []}
  const decoded = decode(text, RULES_KEY, key)
  if (!decoded.ok || decoded.message.type !== 'rules') {
    throw new UserError(
      `The rules in the bucket (${RULES_KEY}) can't be read: ${decoded.ok ? 'they are something else' : decoded.reason}.`,
      {
        code: 'rules_unreadable',
        hint: 'Were they signed with another secret, or written by a later version of this plugin? Agents pass over them too. heroku heapdump:unschedule --all removes them.',
      },
    )
  }

  const {at, rules} = decoded.message as unknown as RulesDocument
  // Of an earlier plugin: without a time.
  return {at: at ?? 0, rules}
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
