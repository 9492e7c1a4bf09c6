import {Flags} from '@oclif/core'
import {UserError} from '../../lib/errors.js'
import type {AppSettings} from '../../lib/heroku/app-settings.js'
import type {Rule, Trigger} from '../../lib/protocol/rules.js'
import {RulesCommand, type RulesResult} from '../../lib/cli/rules-command.js'
import {herokuCommand, proposal} from '../../lib/command-line.js'

const DURATION = /^[1-9]\d{0,6}[smhd]?$/
const SIZE = /^\d{1,12}(\.\d{1,3})?\s*[KMG]?i?B?$/i
const SHARE = /^\d{1,3}(\.\d+)?\s*%$/
const TIME = /^([01]?\d|2[0-3]):[0-5]\d$/

type TriggerFlags = {
  readonly at?: string
  readonly every?: string
  readonly growth?: string
  readonly memory?: string
  readonly samples?: number
}

export default class HeapdumpSchedule extends RulesCommand {
  static override description =
    'dump without being asked: every so often, at a time of day, or when memory is high or grows'

  static override examples = [
    '$ heroku heapdump:schedule --app example-app --every 1h',
    "$ heroku heapdump:schedule --app example-app --at '02:00'",
    '$ heroku heapdump:schedule --app example-app --memory 80% --cooldown 2h --per-day 3',
    '$ heroku heapdump:schedule --app example-app --growth 50MB --trace 5m --dyno worker.1',
  ]

  static override flags = {
    ...RulesCommand.agentFlags,
    at: Flags.string({
      description: 'each day at this time, UTC',
      exactlyOne: ['at', 'every', 'growth', 'memory'],
      helpValue: '02:00',
    }),
    cooldown: Flags.string({
      description: 'at least so long between two dumps of this rule (1h; none for a schedule)',
      helpValue: 'DURATION',
    }),
    dyno: Flags.string({
      description: 'only this one, may be given several times (all that have an agent)',
      helpValue: 'web.1',
      multiple: true,
    }),
    every: Flags.string({description: 'every so often, at least 1m', helpValue: '1h'}),
    growth: Flags.string({description: 'when memory grows by this much an hour', helpValue: '50MB'}),
    memory: Flags.string({description: 'when memory is above this size, or this share of the quota', helpValue: '80%'}),
    name: Flags.string({description: 'what to call the rule', helpValue: 'NAME'}),
    'per-day': Flags.integer({
      description: 'at most so many dumps in 24 hours (4; as many as a schedule needs)',
      max: 1440,
      min: 1,
    }),
    redact: Flags.boolean({
      allowNo: true,
      default: true,
      description: 'replace the values of strings by hashes (the default)',
    }),
    samples: Flags.integer({
      dependsOn: ['memory'],
      description: 'for so many samples in a row, one every 30 s (3)',
      max: 1000,
      min: 1,
    }),
    trace: Flags.string({description: 'first record for this long where objects are allocated', helpValue: 'DURATION'}),
  }

  async run(): Promise<RulesResult> {
    const {flags} = await this.parse(HeapdumpSchedule)
    const asked = readTrigger(flags)
    for (const name of ['cooldown', 'trace'] as const) {
      const text = flags[name]
      if (text !== undefined && !DURATION.test(text))
        throw wrongUse(`--${name} ${text}: not a duration. Write 30s, 5m or 1h.`)
    }

    const settings = await this.settings(flags)
    const trigger = await this.withQuota(asked, settings, flags.dyno?.[0] ?? 'web.1')
    const name = flags.name ?? nameOf(trigger)
    if (!/^[a-z0-9][a-z0-9_-]{0,31}$/.test(name)) throw wrongUse(`--name ${name}: up to 32 of a-z, 0-9, - and _.`)
    const limits = {
      ...(flags.cooldown ? {cooldown: flags.cooldown} : {}),
      ...(flags['per-day'] ? {perDay: flags['per-day']} : {}),
    }
    const rule: Rule = {
      name,
      trigger,
      ...(flags.dyno ? {dynos: flags.dyno} : {}),
      ...(Object.keys(limits).length > 0 ? {limits} : {}),
      ...(flags.trace ? {trace: flags.trace} : {}),
      ...(flags.redact ? {} : {redact: false}),
    }
    const others = (await this.readRules(settings)).filter(one => one.name !== name)
    const result = await this.writeRules([...others, rule], settings, {...flags, dyno: undefined})
    if (!this.jsonEnabled()) {
      const {describeTrigger} = await import('../../lib/protocol/rules.js')
      this.log(
        ` Dumping ${flags.dyno?.join(', ') ?? 'every armed dyno'} of ${settings.source}: ${describeTrigger(trigger)} (rule ${name}).`,
      )
      this.log(this.explainTold(result))
      this.propose(proposal` Next: ${herokuCommand('heapdump:schedules', [], this.target(flags))}`)
    }

    return result
  }

  /** A share is one of the quota, which a dyno is not told. Where the API does not say, the agent takes the limit of its cgroup. */
  private async withQuota(trigger: Trigger, settings: AppSettings, dyno: string): Promise<Trigger> {
    if (trigger.type !== 'memory' || !SHARE.test(trigger.above) || settings.app === null) return trigger
    const {readProcessType} = await import('../../lib/heroku/formation.js')
    const quotaBytes = (await readProcessType(this.heroku, settings.app, dyno))?.quotaBytes
    return quotaBytes ? {...trigger, quotaBytes} : trigger
  }
}

function readTrigger({at, every, growth, memory, samples}: TriggerFlags): Trigger {
  if (at !== undefined) {
    if (!TIME.test(at)) throw wrongUse(`--at ${at}: not a time of day. Write 02:00 (UTC).`)
    return {at, type: 'schedule'}
  }

  if (every !== undefined) {
    if (!DURATION.test(every) || /^([1-9]|[1-5]\d)s?$/.test(every))
      throw wrongUse(`--every ${every}: not a duration of a minute or more. Write 30m, 1h or 1d.`)
    return {every, type: 'schedule'}
  }

  if (growth !== undefined) {
    if (!SIZE.test(growth)) throw wrongUse(`--growth ${growth}: not a size. Write 50MB.`)
    return {perHour: growth, type: 'growth'}
  }

  if (!SIZE.test(memory ?? '') && !SHARE.test(memory ?? ''))
    throw wrongUse(`--memory ${memory}: neither a size nor a share. Write 400MB or 80%.`)
  return {above: memory ?? '', type: 'memory', ...(samples === undefined ? {} : {samples})}
}

function nameOf(trigger: Trigger): string {
  if (trigger.type !== 'schedule') return trigger.type
  return 'at' in trigger ? `at-${trigger.at.replace(':', '')}` : `every-${trigger.every}`
}

function wrongUse(message: string): UserError {
  return new UserError(message, {code: 'wrong_use', exit: 2})
}
