import {z} from 'zod'
import {triggerDump} from '../../cli/trigger-dump.js'
import {MOST_DYNOS, type TriggerFlags} from '../../cli/trigger-flags.js'
import {UserError} from '../../errors.js'
import {dumpIdFromKey} from '../../store/dump-key.js'
import {parseDuration} from '../../units.js'
import {defineTool} from '../tool.js'

const LONGEST_TRACE = 3600

export const trigger = defineTool({
  name: 'trigger',
  title: 'Take a heap dump',
  description:
    'Has the agent in a running dyno dump the heap of its Ruby processes into the bucket. This affects the running ' +
    'app: each process pauses for some milliseconds, and needs memory; trace slows the dyno to a third of its speed. ' +
    'The user must agree first. The server asks the user through the client, if the client can ask. If it cannot, ' +
    'call without confirm: the answer says what would happen. Show that to the user, and only after a yes call again ' +
    'with confirm: true. String contents are always redacted before the dump leaves the dyno.',
  input: z.strictObject({
    dyno: z.string().default('web.1').describe('a dyno (web.1), or a process type (web) for all of its dynos in turn'),
    process: z.string().optional().describe('only the process with this name or pid'),
    largest: z.boolean().default(false).describe('only the largest process of a dyno'),
    trace: z.string().optional().describe('first trace allocations for this long (30s), to know lines of code'),
    confirm: z
      .boolean()
      .default(false)
      .describe('true only after the user has agreed to this dump in the conversation'),
  }),
  readOnly: false,
  async run({confirm: agreed, trace, ...selection}, call) {
    const flags = flagsOf({...selection, trace: trace === undefined ? undefined : secondsOf(trace)})
    const {onProgress, signal} = call
    const said: string[] = []
    const run = await triggerDump(flags, {
      ...(await call.openTrigger()),
      ask: confirmation => call.confirm(confirmation, said, agreed),
      isTransient: false,
      say(line) {
        said.push(line)
        onProgress({done: 0, phase: line, total: null})
      },
      signal,
    })
    const dumps = run.stored.flatMap(({key}) => (key === null ? [] : [dumpIdFromKey(key)]))
    return {document: {dumps, notes: run.lines, ...run.result}}
  },
})

/** What an assistant may not choose: plain dumps, dumps despite a refusal, and who is asked. */
function flagsOf(chosen: Pick<TriggerFlags, 'dyno' | 'largest'> & Partial<Pick<TriggerFlags, 'process' | 'trace'>>) {
  return {
    analyze: false,
    attach: undefined,
    database: undefined,
    dynos: undefined,
    force: false,
    json: undefined,
    'key-base': undefined,
    limit: MOST_DYNOS,
    'lone-dyno': false,
    poll: undefined,
    process: undefined,
    'process-type': undefined,
    redact: true,
    timeout: undefined,
    trace: undefined,
    wait: true,
    yes: false,
    ...chosen,
  } satisfies TriggerFlags
}

function secondsOf(text: string): number {
  const seconds = parseDuration(text)
  if (seconds !== null && seconds <= LONGEST_TRACE) return seconds
  throw new UserError(`trace ${text}: not a duration of at most an hour. Write 30s or 5m.`, {
    code: 'wrong_use',
    exit: 2,
  })
}
