// The flags of heapdump:diagnose, and what it says before it asks.
import {Flags, type Interfaces} from '@oclif/core'
import {describeDump} from '../agent/redaction.js'
import {type BucketSettings, travelsInPlain} from '../store/bucket-settings.js'
import {formatAge, formatBytes, formatDuration} from '../units.js'
import {AgentCommand, type AgentFlags} from './agent-command.js'
import {dynoFlag, durationFlag} from './flags.js'
import type {Chosen} from './process-to-diagnose.js'

/** A dyno lives for a day. */
const LONGEST_SECONDS = 43_200
const LONGEST_TRACE_SECONDS = 180
const LEAST_TRACE_SECONDS = 10
/** The part of the window that is traced, at its end. */
const TRACED_SHARE = 0.2

export const DIAGNOSE_FLAGS = {
  ...AgentCommand.agentFlags,
  dyno: dynoFlag({
    description: 'look only at this dyno or process type (default: all with an agent)',
    helpValue: 'web.1|web',
  }),
  for: durationFlag({
    default: 900,
    description: 'time from the first dump to the second',
    max: LONGEST_SECONDS,
  }),
  force: Flags.boolean({description: 'dump even if memory is short or the cooldown has not elapsed'}),
  process: Flags.string({
    description: 'the process to diagnose: its name or PID (default: the largest that grows)',
    helpValue: '"puma worker 1"',
  }),
  redact: Flags.boolean({
    allowNo: true,
    description: 'redact string contents in the dyno, before upload (default; see HEAPDUMP_REDACT)',
  }),
  since: Flags.string({
    exclusive: ['dyno', 'process'],
    description: 'take this stored dump as the first one: its id or key, or latest',
    helpValue: 'DUMP',
  }),
  trace: Flags.boolean({
    allowNo: true,
    default: true,
    description: 'trace allocations at the end, for at most 3 minutes, to name lines (default)',
  }),
  yes: Flags.boolean({char: 'y', description: 'skip the confirmation prompt'}),
}

export type DiagnoseFlags = Interfaces.InferredFlags<typeof DIAGNOSE_FLAGS> & AgentFlags

/** How long to trace: the last fifth of the window, and at most half of it. */
export function traceSeconds({for: seconds, trace}: Pick<DiagnoseFlags, 'for' | 'trace'>): number {
  if (!trace) return 0
  const wanted = Math.max(LEAST_TRACE_SECONDS, Math.round(seconds * TRACED_SHARE))
  return Math.max(1, Math.min(wanted, Math.floor(seconds / 2), LONGEST_TRACE_SECONDS))
}

type Planned = {
  readonly bucket: BucketSettings
  readonly chosen: Chosen
  /** Of `--since`; null: a first dump will be taken. */
  readonly first: {readonly id: string; readonly createdAt: string} | null
  readonly redact: boolean
  readonly vars: Readonly<Record<string, string>>
  readonly nowMs: number
}

/** When tracing begins, epoch ms; without it, when the second dump is taken. `firstAtMs`: when the first was. */
export function dueAtMs(flags: Pick<DiagnoseFlags, 'for' | 'trace'>, firstAtMs: number): number {
  return firstAtMs + (flags.for - traceSeconds(flags)) * 1000
}

/** What a person should know before confirming, in lines of at most 80 columns. */
export function describePlan(flags: DiagnoseFlags, {bucket, chosen, first, nowMs, redact, vars}: Planned): string[] {
  const {agent, process} = chosen
  const traced = traceSeconds(flags)
  const waits = Math.max(0, (dueAtMs(flags, first === null ? nowMs : Date.parse(first.createdAt)) - nowMs) / 1000)
  const destination = {...bucket, encryption: vars.HEAPDUMP_ENCRYPTION, inPlain: travelsInPlain(bucket)}
  const tracing =
    traced === 0
      ? ['Nothing is traced, so no line will be named.']
      : [`For the last ${formatDuration(traced)}, tracing slows this process to about a third of its speed.`]
  const dumps =
    first === null
      ? ['It is dumped now and at the end. Each dump pauses it for some milliseconds,']
      : [
          `The first dump is ${first.id}, taken ${formatAge(Date.parse(first.createdAt), nowMs)}.`,
          'The second one pauses it for some milliseconds,',
        ]
  return [
    `Diagnoses ${process.process} of ${agent.dyno} (pid ${process.pid}, ${formatBytes(process.rssBytes)}):`,
    `${chosen.why}.`,
    `This takes about ${formatDuration(roundUp(waits + traced))}, and some minutes for dumps and comparison.`,
    ...dumps,
    'and needs up to two thirds of its memory again while it runs.',
    ...tracing,
    ...describeDump(redact, destination),
    'Ctrl-C keeps what is stored, and says how to go on.',
  ]
}

function roundUp(seconds: number): number {
  return seconds < 60 ? Math.ceil(seconds) : Math.ceil(seconds / 60) * 60
}
