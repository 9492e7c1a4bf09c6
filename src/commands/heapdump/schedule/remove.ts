import {Args, Flags} from '@oclif/core'
import {UserError} from '../../../lib/errors.js'
import {RulesCommand, type RulesResult} from '../../../lib/cli/rules-command.js'
import {herokuCommand, proposal} from '../../../lib/command-line.js'

export default class HeapdumpScheduleRemove extends RulesCommand {
  static override summary = 'remove a rule for automatic dumps'

  static override usage = [
    'heapdump:schedule:remove NAME -a APP [FLAGS]',
    'heapdump:schedule:remove --all -a APP [FLAGS]',
  ]

  static override examples = [
    '$ heroku heapdump:schedule:remove memory --app example-app',
    '$ heroku heapdump:schedule:remove --all --app example-app',
  ]

  static override args = {
    name: Args.string({description: 'name of the rule (see heapdump:schedule:list)', ignoreStdin: true}),
  }

  static override flags = {
    ...RulesCommand.agentFlags,
    all: Flags.boolean({description: 'remove all rules, including unreadable ones'}),
  }

  async run(): Promise<RulesResult> {
    const {args, flags} = await this.parse(HeapdumpScheduleRemove)
    const listRules = proposal`List the rules: ${herokuCommand('heapdump:schedule:list', [], this.target(flags))}`
    if ((args.name === undefined) === !flags.all) {
      throw new UserError('Name one rule, or use --all.', {code: 'wrong_use', exit: 2, hint: listRules})
    }

    const settings = await this.settings(flags)
    const rules = flags.all ? [] : await this.readRules(settings)
    if (!flags.all && !rules.some(rule => rule.name === args.name)) {
      throw new UserError(`There is no rule ${args.name}.`, {code: 'no_rule', hint: listRules})
    }

    const result = await this.writeRules(
      rules.filter(rule => rule.name !== args.name),
      settings,
      flags,
    )
    this.log(` Removed ${flags.all ? 'all rules' : `rule ${args.name}`}.${this.describeReach(result)}`)
    return result
  }
}
