// The base of commands for the rules of automatic dumps: reads them, writes them, notifies the agents.
import {AgentCommand, type AgentFlags} from './agent-command.js'
import {UserError} from '../errors.js'
import type {AppSettings} from '../heroku/app-settings.js'
import type {Rule} from '../protocol/rules.js'

export type RulesResult = {
  readonly rules: readonly Rule[]
  /** Dynos where the agent has read the new rules. The others read them when they boot, or within an hour. */
  readonly told: readonly string[]
  /** Of these, the dynos with an agent that cannot post to a webhook: one of before webhooks. */
  readonly withoutWebhook: readonly string[]
}

export abstract class RulesCommand extends AgentCommand {
  /** Time of the rules that were read. */
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

  /**
   * Writes the rules and asks the agents to read them. An app that is down or has no agent yet is not an error: agents
   * read the rules when they boot.
   */
  protected async writeRules(rules: readonly Rule[], settings: AppSettings, flags: AgentFlags): Promise<RulesResult> {
    const [{openBucket}, {encodeRules, RULES_KEY, withoutSecret}, key] = await Promise.all([
      import('../store/open-bucket.js'),
      import('../protocol/rules.js'),
      this.signingKey(settings),
    ])
    const shown = rules.map(withoutSecret)
    // Agents ignore rules older than those they have read, and the clocks of two writers may differ.
    const at = Math.max(Math.floor(Date.now() / 1000), this.#readAt + 1)
    await openBucket(settings, []).store.writeText(RULES_KEY, encodeRules({at, rules}, key))
    try {
      const {agents} = await this.ask({type: 'rules'}, flags, null)
      const old = agents.filter(({supports}) => supports?.includes('webhook') !== true)
      return {rules: shown, told: agents.map(({dyno}) => dyno), withoutWebhook: old.map(({dyno}) => dyno)}
    } catch (error) {
      if (error instanceof UserError) return {rules: shown, told: [], withoutWebhook: []}
      throw error
    }
  }

  protected describeReach({told}: RulesResult): string {
    return told.length > 0
      ? ` In effect on ${told.join(', ')}.`
      : ' No agent answered. This takes effect when an enabled dyno boots, or within an hour.'
  }

  private async signingKey(settings: AppSettings): Promise<Buffer> {
    const [{deriveKey}, {requireSecret}] = await Promise.all([
      import('../protocol/envelope.js'),
      import('../protocol/secret.js'),
    ])
    return deriveKey(requireSecret(settings))
  }
}
