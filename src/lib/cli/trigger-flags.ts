// The flags of heapdump:trigger.
import {Flags, type Interfaces} from '@oclif/core'
import {LONE_DYNO_DEFAULTS} from '../agent/lone-dyno.js'
import {describeDump} from '../agent/redaction.js'
import type {SettingsFlags} from './base-command.js'
import {databaseFlag, durationFlag} from './flags.js'
import {type BucketSettings, travelsInPlain} from '../store/bucket-settings.js'
import {formatDuration} from '../units.js'

/** Dynos of a process type to dump without --limit. */
export const MOST_DYNOS = 5

/** The flags that go with --lone-dyno. */
const LONE_DYNO = {dependsOn: ['lone-dyno'], helpGroup: 'the_lone_dyno'}
/** The flags of a request to our agent. */
const OUR_AGENT = {exclusive: ['lone-dyno', 'attach']}
const SELECTION = {...OUR_AGENT, helpGroup: 'selection'}

export const TRIGGER_FLAGS = {
  analyze: Flags.boolean({description: 'analyze the dump of the largest process once stored', exclusive: ['json']}),
  attach: Flags.string({
    description: 'watch a dump that is in progress',
    exclusive: ['lone-dyno', 'dyno', 'wait'],
    helpValue: 'ID',
  }),
  database: databaseFlag(),
  dyno: Flags.string({
    default: 'web.1',
    description: 'dyno to dump; with a process type, all its dynos, one after the other',
    helpValue: 'web.1|web',
  }),
  dynos: Flags.integer({...LONE_DYNO, description: 'its "dynos" option', helpValue: 'N', min: 1}),
  force: Flags.boolean({...OUR_AGENT, description: 'dump even if memory is short or the cooldown has not elapsed'}),
  'key-base': Flags.string({...LONE_DYNO, description: 'its "key_base" option', helpValue: 'KEY'}),
  largest: Flags.boolean({...SELECTION, description: 'dump only the largest process of a dyno'}),
  limit: Flags.integer({
    ...SELECTION,
    default: MOST_DYNOS,
    description: 'dump at most this many dynos of a process type',
    helpValue: 'N',
    min: 1,
  }),
  'lone-dyno': Flags.boolean({
    description: 'dump an app that runs the gem the_lone_dyno instead of the agent',
    helpGroup: LONE_DYNO.helpGroup,
  }),
  poll: durationFlag({...LONE_DYNO, description: 'its "sleep" option', max: 3600}),
  process: Flags.string({
    ...SELECTION,
    description: 'dump only the process with this name or pid',
    helpValue: '"puma worker 1"',
  }),
  'process-type': Flags.string({...LONE_DYNO, description: 'its "process_type" option', helpValue: 'TYPE'}),
  redact: Flags.boolean({
    ...OUR_AGENT,
    allowNo: true,
    description: 'redact string contents in the dyno, before upload (default; see HEAPDUMP_REDACT)',
  }),
  timeout: durationFlag({
    description: 'how long to wait for an answer (default: 20s; 5m with --lone-dyno)',
    helpGroup: 'connection',
    max: 3600,
  }),
  trace: durationFlag({
    ...OUR_AGENT,
    description: 'trace allocations for this long before dumping',
    max: 3600,
  }),
  wait: Flags.boolean({
    allowNo: true,
    default: true,
    description: 'show progress until the dumps are stored (default)',
  }),
  yes: Flags.boolean({char: 'y', description: 'skip the confirmation prompt'}),
}

export type TriggerFlags = Interfaces.InferredFlags<typeof TRIGGER_FLAGS> & SettingsFlags

/** The options given to the_lone_dyno; without a flag, the gem's default. */
export function loneOptions(flags: TriggerFlags) {
  const {processType, keyBase, dynos} = LONE_DYNO_DEFAULTS
  const type = flags['process-type'] ?? processType
  return {
    dyno: `${type}.1`,
    dynos: flags.dynos ?? dynos,
    keyBase: flags['key-base'] ?? keyBase,
    pollSeconds: flags.poll ?? 60,
    processType: type,
    timeoutSeconds: flags.timeout ?? 300,
    wait: flags.wait,
  }
}

/** How long to wait for the agent's first answer. */
export function answerTimeoutMs({timeout}: TriggerFlags): number {
  return (timeout ?? 20) * 1000
}

/** The options of a request to our agent. */
export function dumpOptions(flags: TriggerFlags) {
  const {force, largest, process, trace, wait} = flags
  return {answerTimeoutMs: answerTimeoutMs(flags), force, largest, process, traceSeconds: trace ?? 0, wait}
}

type Planned = {
  readonly redact: boolean
  readonly bucket: BucketSettings
  readonly dynos: readonly string[]
  readonly vars: Readonly<Record<string, string>>
}

/** What a person should know before confirming, in lines of at most 80 columns. */
export function describeRequest(flags: TriggerFlags, {bucket, dynos, redact, vars}: Planned): string[] {
  const {largest, process, trace} = flags
  const destination = {...bucket, encryption: vars.HEAPDUMP_ENCRYPTION, inPlain: travelsInPlain(bucket)}
  const where = dynos.length === 1 ? `${dynos[0]}` : 'each dyno in its turn'
  const only = largest ? `the largest process${process === undefined ? '' : ` called ${process}`}` : process
  return [
    ...(only === undefined ? [] : [`Only ${only} of ${dynos.length === 1 ? dynos[0] : 'each dyno'} is dumped.`]),
    ...describeDump(redact, destination),
    ...(trace ? [`For ${formatDuration(trace)}, tracing slows ${where} to about a third of its speed.`] : []),
  ]
}
