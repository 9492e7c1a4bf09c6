// One dump of one process, for a diagnosis: requested, watched, and found in the bucket.
import type {APIClient} from '@heroku-cli/command'
import {commandText, type CommandLine, proposal} from '../command-line.js'
import {INTERRUPTED, UserError} from '../errors.js'
import type {AppSettings} from '../heroku/app-settings.js'
import type {ProcessType} from '../heroku/formation.js'
import {pickDump} from '../store/find-dump.js'
import type {Bucket} from '../store/open-bucket.js'
import type {StoredDump} from '../store/store.js'
import type {AgentLine} from './agent-command.js'
import type {DiagnoseFlags} from './diagnose-flags.js'
import type {Chosen} from './process-to-diagnose.js'
import {watchDump} from './watch-dump.js'

export type Taking = {
  readonly bucket: Bucket
  readonly chosen: Chosen
  readonly flags: DiagnoseFlags
  readonly heroku: APIClient
  readonly isTransient: boolean
  readonly line: AgentLine
  readonly processType: ProcessType | null
  readonly redact: boolean
  readonly say: (...lines: readonly string[]) => void
  readonly settings: AppSettings
  readonly signal: AbortSignal
}

/** The agent answered a moment ago; it may be busy now. */
const ANSWER_MS = 20_000
/** As in the lines of a trigger that was stopped. */
const LABEL_COLUMNS = 14

/** `goOn`: what to type once the dump is stored, after a Ctrl-C. Throws the UserErrors of watchDump; `interrupted`. */
export async function takeDump(
  taking: Taking,
  {goOn, traceSeconds}: {readonly goOn: CommandLine; readonly traceSeconds: number},
): Promise<StoredDump> {
  const {bucket, chosen, flags, heroku, isTransient, line, processType, redact, say, settings, signal} = taking
  const {dyno} = chosen.agent
  const run = await watchDump(await line.connect(), {
    answerTimeoutMs: Math.max(ANSWER_MS, flags.timeout * 1000),
    dynos: [dyno],
    force: flags.force,
    heroku,
    isTransient,
    named: dyno,
    process: String(chosen.process.pid),
    processType,
    redact,
    say: text => say(` ${text}`),
    settings,
    signal,
    target: bucket.target,
    traceSeconds,
    wait: true,
  })
  const [stored] = run.stored
  if (stored === undefined || stored.key === null) {
    const [what = 'Stopped watching.', ...more] = run.lines.map(text => text.trim()).filter(text => text !== '')
    throw interrupted(what, [['Then go on', goOn]], more)
  }

  return pickDump(await bucket.store.list(), stored.key, bucket.target)
}

/** After a Ctrl-C: what is kept, and how to go on. */
export function interrupted(
  message: string,
  commands: ReadonlyArray<readonly [string, CommandLine]>,
  lines: readonly string[] = [],
): UserError {
  const proposed = commands.map(([what, command]) =>
    commandText(command) === null ? null : proposal`${`${what}:`.padEnd(LABEL_COLUMNS)}${command}`,
  )
  return new UserError(message, {code: 'interrupted', exit: INTERRUPTED, hint: [...lines, ...proposed]})
}
