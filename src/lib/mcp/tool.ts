// What a tool is: the work of a command, for an assistant instead of a person at a terminal.
import type {z} from 'zod'
import type {Caches} from '../cache/cached-analysis.js'
import type {ErrorDocument} from '../cli/base-command.js'
import type {Confirmation} from '../cli/confirm.js'
import type {TriggerContext} from '../cli/trigger-dump.js'
import type {NamedDumps} from '../inputs/named-dump.js'
import type {OnProgress} from '../progress.js'
import type {AgentReport} from '../render/agent-report.js'
import type {Bucket} from '../store/open-bucket.js'
import type {Page} from './page.js'

/** What tools need of the command that serves them. Its flags name an app, a file of config vars, or neither. */
export type Served = {
  readonly caches: Caches
  /** Throws UserError `no_app` if the flags name neither. */
  openBucket(): Promise<Bucket>
  /** By file, id, key or `latest`. */
  findDumps(names: readonly [string, ...string[]]): Promise<NamedDumps>
  /** Null: all dynos. Throws UserError `no_agent` if none answers. */
  askAgents(dyno: string | null): Promise<readonly AgentReport[]>
  openTrigger(): Promise<Pick<TriggerContext, 'bucket' | 'heroku' | 'settings'>>
  describeError(error: unknown): ErrorDocument
}

export type Call = Served & {
  readonly onProgress: OnProgress
  /** Aborts if the client cancels the call. */
  readonly signal: AbortSignal
  /** Asks the user, with what was said. `agreed`: the assistant says that the user has agreed. Throws `not_confirmed`. */
  confirm(confirmation: Pick<Confirmation, 'refused'>, said: readonly string[], agreed: boolean): Promise<void>
}

export type Answer = {
  readonly document: object
  /** The list of the document that a cursor continues. */
  readonly page?: Page
}

export type Tool<Input extends z.ZodObject = z.ZodObject> = {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly input: Input
  /** Whether it only reads. */
  readonly readOnly: boolean
  run(input: z.infer<Input>, call: Call): Promise<Answer>
}

/** Infers the type of the input. */
export function defineTool<Input extends z.ZodObject>(tool: Tool<Input>): Tool<Input> {
  return tool
}
