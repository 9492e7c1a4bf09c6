// How heapdump:trigger can be asked.
import {Flags, type Interfaces} from '@oclif/core'
import {LONE_DYNO_DEFAULTS} from '../agent/lone-dyno.js'
import {describeDump} from '../agent/redaction.js'
import type {SettingsFlags} from './base-command.js'
import {databaseFlag, durationFlag, dynoFlag} from './flags.js'
import {type BucketSettings, travelsInPlain} from '../store/bucket-settings.js'
import {formatDuration} from '../units.js'

export const TRIGGER_FLAGS = {
  analyze: Flags.boolean({description: 'analyze the first dump when it is stored', exclusive: ['json']}),
  database: databaseFlag(),
  dyno: dynoFlag({default: 'web.1', description: 'dyno to dump'}),
  dynos: Flags.integer({dependsOn: ['lone-dyno'], description: 'the "dynos" given to the_lone_dyno', min: 1}),
  force: Flags.boolean({
    description: 'dump although the agent sees no room for it, or the last dump was a moment ago',
    exclusive: ['lone-dyno'],
  }),
  'key-base': Flags.string({
    dependsOn: ['lone-dyno'],
    description: 'the "key_base" given to the_lone_dyno',
  }),
  'lone-dyno': Flags.boolean({description: 'speak to an app that runs the gem the_lone_dyno instead of our agent'}),
  poll: durationFlag({dependsOn: ['lone-dyno'], description: 'the "sleep" given to the_lone_dyno', max: 3600}),
  'process-type': Flags.string({
    dependsOn: ['lone-dyno'],
    description: 'the "process_type" given to the_lone_dyno',
  }),
  redact: Flags.boolean({
    allowNo: true,
    description:
      'replace the values of strings by hashes before the dump leaves the dyno (the default; HEAPDUMP_REDACT)',
    exclusive: ['lone-dyno'],
  }),
  timeout: durationFlag({
    description: 'how long to wait for an answer (20s; for dumps of a lone dyno 5m)',
    max: 3600,
  }),
  trace: durationFlag({
    description: 'first record for this long where objects are allocated',
    exclusive: ['lone-dyno'],
    max: 3600,
  }),
  wait: Flags.boolean({allowNo: true, default: true, description: 'watch until the dumps are stored'}),
  yes: Flags.boolean({char: 'y', description: 'do not ask'}),
}

export type TriggerFlags = Interfaces.InferredFlags<typeof TRIGGER_FLAGS> & SettingsFlags

/** What was given to the_lone_dyno, as far as the flags say; the rest as its author has it. */
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

/** What is asked of our agent. */
export function dumpOptions({dyno, force, timeout, trace, wait}: TriggerFlags) {
  return {answerTimeoutMs: (timeout ?? 20) * 1000, dyno, force, traceSeconds: trace ?? 0, wait}
}

type Planned = {
  readonly redact: boolean
  readonly bucket: BucketSettings
  readonly vars: Readonly<Record<string, string>>
}

/** What a person should know before he agrees, in lines of 80 columns. */
export function describeRequest({dyno, trace}: TriggerFlags, {bucket, redact, vars}: Planned): string[] {
  const destination = {...bucket, encryption: vars.HEAPDUMP_ENCRYPTION, inPlain: travelsInPlain(bucket)}
  return [
    ...describeDump(redact, destination),
    ...(trace ? [`Tracing slows ${dyno} to about a third for ${formatDuration(trace)}.`] : []),
  ]
}
