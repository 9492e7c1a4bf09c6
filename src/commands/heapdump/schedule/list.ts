import {type Rule, withoutSecret} from '../../../lib/protocol/rules.js'
import {RulesCommand} from '../../../lib/cli/rules-command.js'
import {herokuCommand, proposal} from '../../../lib/command-line.js'

/** Config vars that define a rule each. Changing one restarts the dynos. */
const RULE_VARS = ['HEAPDUMP_ON_MEMORY', 'HEAPDUMP_ON_GROWTH', 'HEAPDUMP_SCHEDULE'] as const

export type ScheduleListResult = readonly Rule[]

export default class HeapdumpScheduleList extends RulesCommand {
  static override aliases = ['heapdump:schedule']

  static override summary = 'list the rules for automatic dumps'

  static override examples = [
    '$ heroku heapdump:schedule:list --app example-app',
    '$ heroku heapdump:schedule:list --env .env --json',
  ]

  static override flags = {}

  async run(): Promise<ScheduleListResult> {
    const {flags} = await this.parse(HeapdumpScheduleList)
    const settings = await this.settings(flags)
    const rules = (await this.readRules(settings)).map(withoutSecret)
    if (this.jsonEnabled()) return rules
    const target = this.target(flags)
    const configured = RULE_VARS.filter(name => settings.vars[name])
    if (rules.length === 0) {
      this.log(` ${settings.source} has no rules for automatic dumps${configured.length > 0 ? ' in the bucket' : ''}.`)
      this.propose(proposal` Add one: ${herokuCommand('heapdump:schedule:add', [], ['--memory', '80%', ...target])}`)
    } else await this.show('RuleList', {rules, target, title: `Rules for automatic dumps of ${settings.source}`})
    for (const name of configured) this.log(` The config var ${name}=${settings.vars[name]} defines another rule.`)
    return rules
  }
}
