// From a configuration to a dump: warns, asks, then watches the dump.
import type {APIClient} from '@heroku-cli/command'
import {willRedact} from '../agent/redaction.js'
import type {DumpRun} from '../agent/run-dump.js'
import {type LoneRun, runLoneDynos} from '../agent/run-lone-dyno.js'
import type {AppSettings} from '../heroku/app-settings.js'
import {refuseMissingDyno} from '../heroku/agent-facts.js'
import {readAdvice} from '../heroku/formation.js'
import type {Bucket} from '../store/open-bucket.js'
import {confirm} from './confirm.js'
import {openDatabase} from './open-database.js'
import {describeRequest, dumpOptions, loneOptions, type TriggerFlags} from './trigger-flags.js'
import {watchDump} from './watch-dump.js'

export type TriggerContext = {
  readonly settings: AppSettings
  readonly heroku: APIClient
  readonly bucket: Bucket
  /** Aborting stops watching, not the dump. */
  readonly signal: AbortSignal
  readonly say: (line: string) => void
}

export async function triggerDump(flags: TriggerFlags, context: TriggerContext): Promise<DumpRun | LoneRun> {
  const {settings, heroku, bucket, signal, say} = context
  const {store, target} = bucket
  const lone = flags['lone-dyno'] ? loneOptions(flags) : null
  // the_lone_dyno cannot redact.
  const redact = lone === null && willRedact(settings.vars, flags.redact)
  if (lone === null) await refuseMissingDyno(settings, heroku, flags.dyno, target)
  const {advice, processType} = await readAdvice(heroku, settings.app, lone === null ? flags.dyno : lone.dyno)
  for (const line of advice) say(line)
  const database = await openDatabase(settings, heroku, flags.database)
  try {
    for (const line of describeRequest(flags, {bucket: bucket.settings, redact, vars: settings.vars})) say(line)
    await confirm({given: flags.yes, question: ' Continue? (y/N) ', refused: 'Nothing was sent.', signal})
    const connection = await database.connect()
    if (lone !== null) return await runLoneDynos(connection, {...lone, list: () => store.list(), say, signal, target})
    const asked = {...dumpOptions(flags), redact, signal, target}
    return await watchDump(connection, {...asked, heroku, processType, say, settings})
  } finally {
    await database.close()
  }
}
