// The flags of heapdump:trigger.
import {Flags, type Interfaces} from '@oclif/core'
import {LONE_DYNO_DEFAULTS} from '../agent/lone-dyno.js'
import {describeDump} from '../agent/redaction.js'
import type {SettingsFlags} from './base-command.js'
import {databaseFlag, durationFlag, dynoFlag} from './flags.js'
import {type BucketSettings, travelsInPlain} from '../store/bucket-settings.js'
import {formatDuration} from '../units.js'

/** The flags that go with --lone-dyno. */
const LONE_DYNO = {dependsOn: ['lone-dyno'], helpGroup: 'the_lone_dyno'}

export const TRIGGER_FLAGS = {
  analyze: Flags.boolean({description: 'analyze the first dump once it is stored', exclusive: ['json']}),
  database: databaseFlag(),
  dyno: dynoFlag({default: 'web.1', description: 'dyno to dump'}),
  dynos: Flags.integer({...LONE_DYNO, description: 'its "dynos" option', helpValue: 'N', min: 1}),
  force: Flags.boolean({
    description: 'dump even if memory is short or the cooldown has not elapsed',
    exclusive: ['lone-dyno'],
  }),
  'key-base': Flags.string({...LONE_DYNO, description: 'its "key_base" option', helpValue: 'KEY'}),
  'lone-dyno': Flags.boolean({
    description: 'dump an app that runs the gem the_lone_dyno instead of the agent',
    helpGroup: LONE_DYNO.helpGroup,
  }),
  poll: durationFlag({...LONE_DYNO, description: 'its "sleep" option', max: 3600}),
  'process-type': Flags.string({...LONE_DYNO, description: 'its "process_type" option', helpValue: 'TYPE'}),
  redact: Flags.boolean({
    allowNo: true,
    description: 'redact string contents in the dyno, before upload (default; see HEAPDUMP_REDACT)',
    exclusive: ['lone-dyno'],
  }),
  timeout: durationFlag({
    description: 'how long to wait for an answer (default: 20s; 5m with --lone-dyno)',
    helpGroup: 'connection',
    max: 3600,
  }),
  trace: durationFlag({
    description: 'trace allocations for this long before dumping',
    exclusive: ['lone-dyno'],
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

/** The options of a request to our agent. */
export function dumpOptions({dyno, force, timeout, trace, wait}: TriggerFlags) {
  return {answerTimeoutMs: (timeout ?? 20) * 1000, dyno, force, traceSeconds: trace ?? 0, wait}
}

type Planned = {
  readonly redact: boolean
  readonly bucket: BucketSettings
  readonly vars: Readonly<Record<string, string>>
}

/** What a person should know before confirming, in lines of at most 80 columns. */
export function describeRequest({dyno, trace}: TriggerFlags, {bucket, redact, vars}: Planned): string[] {
  const destination = {...bucket, encryption: vars.HEAPDUMP_ENCRYPTION, inPlain: travelsInPlain(bucket)}
  return [
    ...describeDump(redact, destination),
    ...(trace ? [`For ${formatDuration(trace)}, tracing slows ${dyno} to about a third of its speed.`] : []),
  ]
}
