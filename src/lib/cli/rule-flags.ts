// The flags of heapdump:schedule:add → a rule.
import type {APIClient} from '@heroku-cli/command'
import {Flags, type Interfaces} from '@oclif/core'
import {UserError} from '../errors.js'
import type {AppSettings} from '../heroku/app-settings.js'
import {readFormation} from '../heroku/formation.js'
import {processTypeOf} from '../process-type.js'
import {isWebhook, type Rule, type Trigger} from '../protocol/rules.js'
import {parseBytes, parseDuration} from '../units.js'

const SHARE = /^\d{1,3}(\.\d+)?\s*%$/
const TIME = /^([01]?\d|2[0-3]):[0-5]\d$/

export const RULE_FLAGS = {
  at: Flags.string({
    description: 'dump daily at this time, in UTC',
    exactlyOne: ['at', 'every', 'growth', 'memory'],
    helpGroup: 'trigger',
    helpValue: '02:00',
  }),
  cooldown: Flags.string({
    description: 'minimum time between two dumps by this rule (default: 1h; none with --every and --at)',
    helpGroup: 'limit',
    helpValue: 'DURATION',
  }),
  dyno: Flags.string({
    description: 'dump only this dyno; can be repeated (default: every enabled dyno)',
    helpValue: 'web.1',
    multiple: true,
  }),
  every: Flags.string({description: 'dump at this interval, at least 1m', helpGroup: 'trigger', helpValue: '1h'}),
  growth: Flags.string({
    description: 'dump when memory grows by this much in an hour',
    helpGroup: 'trigger',
    helpValue: '50MB',
  }),
  memory: Flags.string({
    description: 'dump when memory exceeds this size, or this share of the quota',
    helpGroup: 'trigger',
    helpValue: '80%',
  }),
  name: Flags.string({description: 'name of the rule (default: made from its trigger)', helpValue: 'NAME'}),
  'per-day': Flags.integer({
    description: 'maximum number of dumps in 24 hours (default: 4; no fewer than --every and --at need)',
    helpGroup: 'limit',
    helpValue: 'N',
    max: 1440,
    min: 1,
  }),
  redact: Flags.boolean({
    allowNo: true,
    default: true,
    description: 'redact string contents in the dyno, before upload (default)',
  }),
  samples: Flags.integer({
    dependsOn: ['memory'],
    description: 'consecutive samples above --memory before a dump, one every 30 s (default: 3)',
    helpGroup: 'trigger',
    helpValue: 'N',
    max: 1000,
    min: 1,
  }),
  trace: Flags.string({description: 'trace allocations for this long before dumping', helpValue: 'DURATION'}),
  webhook: Flags.string({
    description: 'post a message to this URL after each dump, as Slack takes it',
    helpValue: 'URL',
  }),
}

export type RuleFlags = Interfaces.InferredFlags<typeof RULE_FLAGS>

/** Throws UserError `wrong_use`. Without quotas yet: see `withQuotas`. */
export function readRule(flags: RuleFlags): Rule {
  const {cooldown, dyno: dynos, redact, trace, webhook} = flags
  const trigger = readTrigger(flags)
  for (const name of ['cooldown', 'trace'] as const) {
    const text = flags[name]
    if (text !== undefined && parseDuration(text) === null)
      throw wrongUse(`--${name} ${text}: not a duration. Write 30s, 5m or 1h.`)
  }

  const name = flags.name ?? nameOf(trigger)
  if (!/^[a-z0-9][a-z0-9_-]{0,31}$/.test(name)) throw wrongUse(`--name ${name}: use up to 32 of a-z, 0-9, - and _.`)
  if (webhook !== undefined && !isWebhook(webhook))
    throw wrongUse('--webhook: write an https:// URL of at most 500 characters, without a password.')
  const limits = {...(cooldown ? {cooldown} : {}), ...(flags['per-day'] ? {perDay: flags['per-day']} : {})}
  return {
    name,
    trigger,
    ...(dynos ? {dynos} : {}),
    ...(Object.keys(limits).length > 0 ? {limits} : {}),
    ...(trace ? {trace} : {}),
    ...(redact ? {} : {redact: false}),
    ...(webhook === undefined ? {} : {webhook: {url: webhook}}),
  }
}

/**
 * Adds the quota of each process type to a rule with a share (80%): a dyno does not know its quota. If the API does not
 * return it, the agent uses the limit of its cgroup.
 */
export async function withQuotas(rule: Rule, heroku: APIClient, {app}: AppSettings): Promise<Rule> {
  const {trigger, dynos} = rule
  if (trigger.type !== 'memory' || !SHARE.test(trigger.above) || app === null) return rule
  const types = dynos && new Set(dynos.map(processTypeOf))
  const quotas: Record<string, number> = {}
  for (const {type, quotaBytes} of await readFormation(heroku, app)) {
    if (quotaBytes !== null && (types === undefined || types.has(type))) quotas[type] = quotaBytes
  }

  return Object.keys(quotas).length > 0 ? {...rule, trigger: {...trigger, quotas}} : rule
}

/** The app's name for the command in messages to a webhook: a dyno does not know it. */
export function withApp(rule: Rule, {app}: AppSettings): Rule {
  return rule.webhook === undefined || app === null ? rule : {...rule, webhook: {...rule.webhook, app}}
}

function readTrigger({at, every, growth, memory, samples}: RuleFlags): Trigger {
  if (at !== undefined) {
    if (!TIME.test(at)) throw wrongUse(`--at ${at}: not a time of day. Write 02:00 (UTC).`)
    return {at, type: 'schedule'}
  }

  if (every !== undefined) {
    if ((parseDuration(every) ?? 0) < 60)
      throw wrongUse(`--every ${every}: not a duration of at least a minute. Write 30m, 1h or 1d.`)
    return {every, type: 'schedule'}
  }

  if (growth !== undefined) {
    if (parseBytes(growth) === null) throw wrongUse(`--growth ${growth}: not a size. Write 50MB.`)
    return {perHour: growth, type: 'growth'}
  }

  if (parseBytes(memory ?? '') === null && !SHARE.test(memory ?? ''))
    throw wrongUse(`--memory ${memory}: neither a size nor a percentage. Write 400MB or 80%.`)
  return {above: memory ?? '', type: 'memory', ...(samples === undefined ? {} : {samples})}
}

function nameOf(trigger: Trigger): string {
  if (trigger.type !== 'schedule') return trigger.type
  return 'at' in trigger ? `at-${trigger.at.replace(':', '')}` : `every-${trigger.every.replaceAll(/\s/g, '')}`
}

function wrongUse(message: string): UserError {
  return new UserError(message, {code: 'wrong_use', exit: 2})
}
