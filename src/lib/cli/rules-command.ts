// What the commands share that change the rules of automatic dumps: read, change, write, tell the agents.
import {AgentCommand, type AgentFlags} from './agent-command.js'
import {UserError} from '../errors.js'
import type {AppSettings} from '../heroku/app-settings.js'
import type {Rule} from '../protocol/rules.js'

export type RulesResult = {
  readonly rules: readonly Rule[]
  /** Dynos whose agents have read the rules since. The others will within the hour, or when they boot. */
  readonly told: readonly string[]
}

export abstract class RulesCommand extends AgentCommand {
  /** Of the rules that were read. */
  #readAt = 0

  protected async readRules(settings: AppSettings): Promise<readonly Rule[]> {
    const [{openBucket}, {decodeRules, RULES_KEY}, key] = await Promise.all([
      import('../store/open-bucket.js'),
      import('../protocol/rules.js'),
      this.signingKey(settings),
    ])
    const {at, rules} = decodeRules(await openBucket(settings, []).store.readText(RULES_KEY), key)
    this.#readAt = at
    return rules
  }

  /** Writes what is left and has the agents read it. An app that is down, or has no agent yet, is no error: it reads when it boots. */
  protected async writeRules(rules: readonly Rule[], settings: AppSettings, flags: AgentFlags): Promise<RulesResult> {
    const [{openBucket}, {encodeRules, RULES_KEY}, key] = await Promise.all([
      import('../store/open-bucket.js'),
      import('../protocol/rules.js'),
      this.signingKey(settings),
    ])
    // Agents take no rules that are older than those they have read, whatever the clock of whoever wrote these.
    const at = Math.max(Math.floor(Date.now() / 1000), this.#readAt + 1)
    await openBucket(settings, []).store.writeText(RULES_KEY, encodeRules({at, rules}, key))
    try {
      const {agents} = await this.ask({type: 'rules'}, flags, null)
      return {rules, told: agents.map(agent => agent.dyno)}
    } catch (error) {
      if (error instanceof UserError) return {rules, told: []}
      throw error
    }
  }

  protected explainTold({told}: RulesResult): string {
    return told.length > 0
      ? ` ${told.join(', ')} ${told.length === 1 ? 'knows' : 'know'} it.`
      : ' No agent answered: it holds when an armed dyno boots, or within an hour.'
  }

  private async signingKey(settings: AppSettings): Promise<Buffer> {
    const [{deriveKey}, {requireSecret}] = await Promise.all([
      import('../protocol/envelope.js'),
      import('../protocol/secret.js'),
    ])
    return deriveKey(requireSecret(settings))
  }
}
