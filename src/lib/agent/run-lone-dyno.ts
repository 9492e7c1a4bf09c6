// Dumps an app that runs the_lone_dyno: sends the NOTIFY, and waits for dumps in the bucket.
import {herokuCommand, proposal, type Target} from '../command-line.js'
import {INTERRUPTED, UserError} from '../errors.js'
import type {NotifyConnection} from '../postgres/notify-connection.js'
import {formatCounted, formatDuration} from '../units.js'
import {type LoneDynoOptions, notifyLoneDynos, watchForDumps} from './lone-dyno.js'
import type {DumpResult} from './dump-result.js'

/** A dump as listed from the bucket. */
type ListedDump = {
  readonly id: string
  readonly key: string
  readonly pid: number | null
  readonly bytes: number | null
  readonly storedBytes: number | null
  readonly complete: boolean
}

export type LoneRunOptions = LoneDynoOptions & {
  readonly list: () => Promise<readonly ListedDump[]>
  /** How often the gem polls for messages. */
  readonly pollSeconds: number
  readonly timeoutSeconds: number
  /** Watch until the dumps are stored. */
  readonly wait: boolean
  readonly say: (line: string) => void
  readonly signal: AbortSignal
  readonly target: Target
}

export type LoneRun = {
  readonly result: DumpResult
  /** In order of appearance; empty without `wait`. */
  readonly stored: readonly ListedDump[]
  readonly exitCode: 0 | typeof INTERRUPTED
  /** What continues in the background, and the command to follow it; may be empty. */
  readonly lines: readonly string[]
}

/** Throws UserError: `no_agent` if no dump appeared in time, `lone_dyno_name` for names the gem cannot listen for. */
export async function runLoneDynos(connection: NotifyConnection, options: LoneRunOptions): Promise<LoneRun> {
  const {dynos, list, pollSeconds, processType, say, signal, target, timeoutSeconds} = options
  const listKeys = async () => (await list()).filter(dump => dump.complete).map(dump => dump.key)
  const known = new Set(await listKeys())
  await notifyLoneDynos(connection, options)
  say(
    `Sent to ${dynos} ${processType} ${dynos === 1 ? 'dyno' : 'dynos'}. ` +
      `The gem polls every ${formatDuration(pollSeconds)}; waiting for dumps in the bucket.`,
  )
  const result = {dyno: `${processType}.1`, id: 'lone-dyno', processes: []}
  if (!options.wait)
    return {
      exitCode: 0,
      lines: [],
      result: {...result, verdict: `The request was sent to ${processType} dynos.`},
      stored: [],
    }
  const keys = await watchForDumps({
    known,
    listKeys,
    onNewKey: key => say(`stored ${key}`),
    pollMs: pollSeconds * 1000,
    signal,
    timeoutMs: timeoutSeconds * 1000,
  })
  if (keys.length === 0 && !signal.aborted) {
    throw new UserError(`No dump appeared in the bucket within ${formatDuration(timeoutSeconds)}.`, {
      code: 'no_agent',
      hint: [
        'Does the app run TheLoneDyno.exclusive with this process_type and key_base, and was it restarted since?',
        'An exception in its block stops the listener: check the logs, and run heroku ps:restart.',
      ],
    })
  }

  const listed = await list()
  const stopped = 'Stopped watching: the app may still dump.'
  const stored = keys.flatMap(key => listed.find(dump => dump.key === key) ?? [])
  const next = proposal` Next: ${herokuCommand('heapdump:list', [], target)}`
  return {
    exitCode: signal.aborted ? INTERRUPTED : 0,
    lines: signal.aborted ? ['', ` ${stopped}`, ...(next === null ? [] : [next])] : [],
    result: {
      ...result,
      processes: stored.map(dump => processOf(dump, result.dyno)),
      verdict: signal.aborted ? stopped : `${formatCounted(stored.length, 'dump')}.`,
    },
    stored,
  }
}

function processOf({pid, key, bytes, storedBytes}: ListedDump, dyno: string): DumpResult['processes'][number] {
  return {
    bytes,
    dyno,
    key,
    objects: null,
    pid: pid ?? 0,
    process: 'unknown',
    stallMs: null,
    state: 'finished',
    storedBytes,
  }
}
