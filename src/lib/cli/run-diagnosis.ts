// From a configuration to a diagnosis: checks, chooses a process, asks, dumps, watches, traces, dumps, compares.
import {diagnosisOf} from '../analysis/diagnosis/diagnosis.js'
import type {DiagnosisDocument} from '../analysis/diagnosis/document.js'
import {willRedact} from '../agent/redaction.js'
import {type CommandLine, herokuCommand} from '../command-line.js'
import {UserError} from '../errors.js'
import {readAdvice} from '../heroku/formation.js'
import {storedDump} from '../inputs/named-dump.js'
import {readDumps} from '../inputs/read-diagnosis.js'
import type {Bucket} from '../store/open-bucket.js'
import type {StoredDump} from '../store/store.js'
import {completeAdvice} from './complete-advice.js'
import {confirm} from './confirm.js'
import {type DiagnoseFlags, describePlan, dueAtMs, traceSeconds} from './diagnose-flags.js'
import {documentOf, nextAfterDiagnosis} from './diagnosis-document.js'
import {keepSummary} from './keep-summary.js'
import {prepareDiagnosis, type Preparation} from './prepare-diagnosis.js'
import {interrupted, takeDump, type Taking} from './take-dump.js'
import {endOf, watchProcess} from './watch-process.js'

/** Aborting `signal` stops the command, not what runs in the dyno. */
export type DiagnosisContext = Preparation & {
  /** As of triggerDump. */
  readonly isTransient: boolean
  /** Called when both dumps are stored: from then on, a Ctrl-C ends the command at once. */
  readonly onStored: (dumps: readonly StoredDump[]) => void
}

export type Diagnosed = {readonly document: DiagnosisDocument; readonly next: readonly CommandLine[]}

/** Throws UserErrors: those of asking the agents, of dumping, of reading; `not_confirmed`, `interrupted`. */
export async function runDiagnosis(flags: DiagnoseFlags, context: DiagnosisContext): Promise<Diagnosed> {
  const {bucket, heroku, line, say, settings, signal} = context
  const redact = willRedact(settings.vars, flags.redact)
  const {chosen, first: given} = await prepareDiagnosis(flags, context)
  const {agent, process} = chosen
  const {advice, processType} = await readAdvice(heroku, settings.app, agent.dyno)
  const planned = {bucket: bucket.settings, chosen, first: given, nowMs: Date.now(), redact, vars: settings.vars}
  say(...[...advice, ...describePlan(flags, planned)].map(text => ` ${text}`))
  await confirm({given: flags.yes, question: ' Continue? (y/N) ', refused: 'Nothing was sent.', signal})
  const taking: Taking = {...context, chosen, flags, processType, redact}
  const first = given ?? (await takeDump(taking, {goOn: sinceCommand(flags, 'latest', bucket), traceSeconds: 0}))
  const due = dueAtMs(flags, given === null ? Date.now() : Date.parse(given.createdAt))
  const traced = traceSeconds(flags)
  const watched = await watchProcess({
    ask: line.ask,
    chosen,
    dueAtMs: due,
    dyno: agent.dyno,
    first,
    process: process.process,
    signal,
    next: traced > 0 ? 'tracing begins' : 'the second dump begins',
  })
  if (watched.ended === 'interrupted')
    throw interrupted(`Stopped. The first dump is stored: ${first.id}.`, [
      ['To go on', sinceCommand(flags, first.id, bucket)],
      ['To look at it', herokuCommand('heapdump:analyze', [first.id], bucket.target)],
    ])
  const {missing, second} =
    watched.gone === null ? await takeSecond(taking, first) : {missing: watched.gone, second: null}
  context.onStored(second === null ? [first] : [first, second])
  const dumps = [first, ...(second === null ? [] : [second])]
  const last = storedDump(second ?? first, bucket)
  const named = second === null ? ([last] as const) : ([storedDump(first, bucket), last] as const)
  const read = await context.withProgress(onProgress => readDumps(named, onProgress))
  const problem = await keepSummary(bucket, second ?? first, read.summary)
  const report = completeAdvice(read.report, last)
  const growth = read.growth && completeAdvice(read.growth, last)
  const history = second === null ? (watched.line ?? report.history) : (report.history ?? watched.line)
  const diagnosis = diagnosisOf({
    growth,
    line: history,
    missing,
    report,
    seconds: read.seconds,
    tracedSeconds: second?.tracedSeconds ?? 0,
  })
  const document = documentOf({
    chosen,
    diagnosis,
    dumps,
    line: history,
    samples: watched.samples,
    taken: given === null ? dumps : dumps.slice(1),
    warnings: [...read.warnings, ...(problem === null ? [] : [problem])],
  })
  return {
    document,
    next: nextAfterDiagnosis(document, {again: sinceCommand(flags, first.id, bucket), growth, target: bucket.target}),
  }
}

/** A second dump that is not taken ends nothing: the first one is known. */
async function takeSecond(
  taking: Taking,
  first: StoredDump,
): Promise<{readonly second: StoredDump | null; readonly missing: string | null}> {
  const {bucket, chosen, flags, line, signal} = taking
  const goOn = herokuCommand('heapdump:diff', [first.id, 'latest'], bucket.target)
  const take = (seconds: number) => takeDump(taking, {goOn, traceSeconds: seconds})
  try {
    const second = await take(traceSeconds(flags)).catch((error: unknown) => {
      // This Ruby cannot trace, which the agent says only now.
      if (error instanceof UserError && error.code === 'no_tracing') return take(0)
      throw error
    })
    return {missing: null, second}
  } catch (error) {
    if (!(error instanceof UserError) || error.code === 'interrupted') throw error
    const end = await endOf(line.ask, chosen, signal)
    return {missing: end === null ? error.message : `${end} The second dump was lost with it.`, second: null}
  }
}

function sinceCommand(flags: DiagnoseFlags, id: string, {target}: Bucket): CommandLine {
  return herokuCommand('heapdump:diagnose', [], ['--since', id, ...target, ...(flags.trace ? [] : ['--no-trace'])])
}
