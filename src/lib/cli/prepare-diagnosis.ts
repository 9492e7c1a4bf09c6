// What happens before a diagnosis asks: the quick checks of the doctor, the agents' status, the choice of a process.
import type {APIClient} from '@heroku-cli/command'
import {herokuCommand, proposal} from '../command-line.js'
import {diagnose} from '../doctor/diagnose.js'
import {INTERRUPTED, UserError} from '../errors.js'
import type {AppSettings} from '../heroku/app-settings.js'
import type {OnProgress} from '../progress.js'
import type {AgentReport} from '../render/agent-report.js'
import {memoryOfDyno} from '../render/dyno-memory.js'
import {findDump} from '../store/find-dump.js'
import type {Bucket} from '../store/open-bucket.js'
import type {StoredDump} from '../store/store.js'
import type {AgentLine} from './agent-command.js'
import type {DiagnoseFlags} from './diagnose-flags.js'
import {type Chosen, processToDiagnose} from './process-to-diagnose.js'

export type Preparation = {
  readonly bucket: Bucket
  readonly heroku: APIClient
  readonly line: AgentLine
  readonly pluginVersion: string
  readonly say: (...lines: readonly string[]) => void
  readonly settings: AppSettings
  readonly signal: AbortSignal
  readonly withProgress: <Result>(run: (onProgress: OnProgress) => Promise<Result>) => Promise<Result>
}

/** `first`: of `--since`. Throws UserErrors of the configuration, bucket and database; `no_agent`, `process_gone`. */
export async function prepareDiagnosis(
  flags: DiagnoseFlags,
  context: Preparation,
): Promise<{readonly chosen: Chosen; readonly first: StoredDump | null}> {
  const {bucket, line, say, signal} = context
  const first = flags.since === undefined ? null : await findDump(bucket.store, flags.since, bucket.target)
  await checkChain(flags, context)
  const dyno = flags.dyno ?? first?.dyno ?? undefined
  const agents = await line.ask({history: true, type: 'status'}, signal, dyno)
  if (signal.aborted) throw new UserError('Nothing was sent.', {code: 'interrupted', exit: INTERRUPTED})
  if (agents.length === 0) throw await line.explainSilence()
  const chosen = first === null ? processToDiagnose(agents, flags.process) : processOf(first, agents, context)
  say(` ${memoryOfDyno(chosen.agent).text}`)
  return {chosen, first}
}

async function checkChain(
  {database, timeout}: DiagnoseFlags,
  {bucket: {target}, heroku, pluginVersion, say, settings, withProgress}: Preparation,
): Promise<void> {
  const checks = await withProgress(onProgress =>
    diagnose({
      answerTimeoutMs: timeout * 1000,
      database,
      heroku,
      onCheck: name => onProgress({done: 0, phase: `checking the ${name}`, total: null}),
      pluginVersion,
      quick: true,
      settings,
      target,
    }),
  )
  const passed = checks.filter(({state}) => state === 'ok').map(({name}) => name)
  say(` Checked: ${passed.join(', ')}.`)
  for (const {fix, name, state, text} of checks)
    if (state === 'failed')
      say(` Warning: ${name}: ${text}`, ...(fix === null ? [] : fix.split('\n').map(one => `   ${one}`)))
}

/** Boot times are rounded. */
const SAME_BOOT_MS = 3000

/** The process of a stored dump. After a restart, another process can have its pid. */
function processOf(dump: StoredDump, agents: readonly AgentReport[], {bucket: {target}}: Preparation): Chosen {
  const agent = agents.find(one => one.dyno === dump.dyno)
  const process = agent?.processes.find(({pid}) => pid === dump.pid)
  const [booted, now] = [dump.bootedAt, process?.history?.bootedAt ?? null]
  const isSame = booted === null || now === null || Math.abs(Date.parse(booted) - Date.parse(now)) <= SAME_BOOT_MS
  if (agent !== undefined && process !== undefined && isSame) return {agent, process, why: `as in ${dump.id}`}
  throw new UserError(`The process of ${dump.id} (${dump.process} of ${dump.dyno}, pid ${dump.pid}) has ended.`, {
    code: 'process_gone',
    hint: [
      'Its heap is gone, so it cannot be dumped again.',
      proposal`To diagnose what runs now: ${herokuCommand('heapdump:diagnose', [], target)}`,
      proposal`To look at that dump alone: ${herokuCommand('heapdump:analyze', [dump.id], target)}`,
    ],
  })
}
