import {readRule, RULE_FLAGS, withQuotas} from '../../../lib/cli/rule-flags.js'
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
  ]

  static override flags = {...RulesCommand.agentFlags, ...RULE_FLAGS}

  async run(): Promise<RulesResult> {
    const {flags} = await this.parse(HeapdumpScheduleAdd)
    const asked = readRule(flags)
    const settings = await this.settings(flags)
    const rule = await withQuotas(asked, this.heroku, settings)
    const others = (await this.readRules(settings)).filter(one => one.name !== rule.name)
    const result = await this.writeRules([...others, rule], settings, {...flags, dyno: undefined})
    const scope = rule.dynos?.join(', ') ?? 'every enabled dyno'
    this.log(` Added rule ${rule.name} for ${scope} of ${settings.source}: ${describeTrigger(rule.trigger)}.`)
    this.log(this.describeReach(result))
    this.propose(proposal` Next: ${herokuCommand('heapdump:schedule:list', [], this.target(flags))}`)
    return result
  }
}
