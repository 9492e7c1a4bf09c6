// From a configuration to a dump: warns, asks, then watches the dump.
import type {APIClient} from '@heroku-cli/command'
import type {DumpRun} from '../agent/dump-result.js'
import {willRedact} from '../agent/redaction.js'
import {type LoneRun, runLoneDynos} from '../agent/run-lone-dyno.js'
import {UserError} from '../errors.js'
import type {AppSettings} from '../heroku/app-settings.js'
import {refuseMissingDyno} from '../heroku/agent-facts.js'
import {firstOfType} from '../heroku/dyno-names.js'
import {readAdvice} from '../heroku/formation.js'
import type {Bucket} from '../store/open-bucket.js'
import {confirm, type Confirmation} from './confirm.js'
import {findDynosToDump} from './dynos-to-dump.js'
import {openDatabase} from './open-database.js'
import {answerTimeoutMs, describeRequest, dumpOptions, loneOptions, type TriggerFlags} from './trigger-flags.js'
import {watchAttached, watchDump} from './watch-dump.js'

export type TriggerContext = {
  readonly settings: AppSettings
  readonly heroku: APIClient
  readonly bucket: Bucket
  /** Aborting stops watching, not the dump. */
  readonly signal: AbortSignal
  readonly say: (line: string) => void
  /** Asks the user; absent: on the terminal. Throws UserError `not_confirmed`. */
  readonly ask?: (confirmation: Confirmation) => Promise<void>
  /** The result will show the processes again, so their progress is cleared. */
  readonly isTransient: boolean
}

export async function triggerDump(flags: TriggerFlags, context: TriggerContext): Promise<DumpRun | LoneRun> {
  const {ask = confirm, settings, heroku, bucket, say} = context
  const lone = flags['lone-dyno'] ? loneOptions(flags) : null
  const {dyno: named} = flags
  if (flags.attach !== undefined) return attach(flags.attach, flags, context)
  // the_lone_dyno cannot redact.
  const redact = lone === null && willRedact(settings.vars, flags.redact)
  if (lone === null) await refuseMissingDyno(settings, heroku, named, bucket.target)
  const adviseOn = lone === null ? firstOfType(named) : lone.dyno
  const {advice, processType} = await readAdvice(heroku, settings.app, adviseOn)
  for (const line of advice) say(line)
  const database = await openDatabase(settings, heroku, flags.database)
  const {signal, isTransient} = context
  const {store, target} = bucket
  try {
    const asking = {answerTimeoutMs: answerTimeoutMs(flags), database, heroku, limit: flags.limit, settings}
    const {dynos, lines} =
      lone === null
        ? await findDynosToDump(named, {...asking, signal, target})
        : {dynos: [lone.dyno] as const, lines: []}
    if (dynos.length > 1 && !flags.wait) throw cannotLeave()
    const planned = {bucket: bucket.settings, dynos, redact, vars: settings.vars}
    for (const line of [...lines, ...describeRequest(flags, planned)]) say(line)
    await ask({given: flags.yes, question: ' Continue? (y/N) ', refused: 'Nothing was sent.', signal})
    const connection = await database.connect()
    if (lone !== null) return await runLoneDynos(connection, {...lone, list: () => store.list(), say, signal, target})
    const request = {...dumpOptions(flags), dynos, named, redact, signal, target}
    return await watchDump(connection, {...request, heroku, isTransient, processType, say, settings})
  } finally {
    await database.close()
  }
}

async function attach(id: string, flags: TriggerFlags, context: TriggerContext): Promise<DumpRun> {
  const {bucket, heroku, settings} = context
  const database = await openDatabase(settings, heroku, flags.database)
  try {
    const asked = {...context, answerTimeoutMs: answerTimeoutMs(flags), id, target: bucket.target}
    return await watchAttached(await database.connect(), asked)
  } finally {
    await database.close()
  }
}

function cannotLeave(): UserError {
  return new UserError(
    '--no-wait dumps one dyno only: several dynos are dumped one after the other, by this command.',
    {
      code: 'wrong_use',
      exit: 2,
      hint: 'Name one dyno: --dyno web.1.',
    },
  )
}
