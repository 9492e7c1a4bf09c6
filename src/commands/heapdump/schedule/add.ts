import {readRule, RULE_FLAGS, withApp, withQuotas} from '../../../lib/cli/rule-flags.js'
import {herokuCommand, proposal} from '../../../lib/command-line.js'
import {describeTrigger} from '../../../lib/protocol/rules.js'
import {RulesCommand, type RulesResult} from '../../../lib/cli/rules-command.js'

export default class HeapdumpScheduleAdd extends RulesCommand {
  static override summary = 'add a rule: dump at intervals, at a time of day, or when memory is high or grows'

  static override usage = ['--every 1h', '--at 02:00', '--memory 80%', '--growth 50MB'].map(
    trigger => `heapdump:schedule:add -a APP ${trigger} [FLAGS]`,
  )

  static override examples = [
    '$ heroku heapdump:schedule:add --app example-app --every 1h',
    "$ heroku heapdump:schedule:add --app example-app --at '02:00'",
    '$ heroku heapdump:schedule:add --app example-app --memory 80% --per-day 3',
    '$ heroku heapdump:schedule:add --app example-app --growth 50MB --dyno worker.1',
    '$ heroku heapdump:schedule:add -a example-app --memory 80% --webhook URL',
  ]

  static override flags = {...RulesCommand.agentFlags, ...RULE_FLAGS}

  async run(): Promise<RulesResult> {
    const {flags} = await this.parse(HeapdumpScheduleAdd)
    const asked = readRule(flags)
    const settings = await this.settings(flags)
    const rule = withApp(await withQuotas(asked, this.heroku, settings), settings)
    const others = (await this.readRules(settings)).filter(one => one.name !== rule.name)
    const result = await this.writeRules([...others, rule], settings, {...flags, dyno: undefined})
    const scope = rule.dynos?.join(', ') ?? 'every enabled dyno'
    this.log(` Added rule ${rule.name} for ${scope} of ${settings.source}: ${describeTrigger(rule.trigger)}.`)
    this.log(this.describeReach(result))
    if (rule.webhook !== undefined && result.withoutWebhook.length > 0)
      this.warn(
        `The agent on ${result.withoutWebhook.join(', ')} is too old for webhooks: it dumps, but posts nothing. Deploy once to update it.`,
      )
    this.propose(proposal` Next: ${herokuCommand('heapdump:schedule:list', [], this.target(flags))}`)
    return result
  }
}
