// Requests a dump from our agent and shows its progress on stderr.
import type {APIClient} from '@heroku-cli/command'
import {initialDumpState} from '../agent/dump-state.js'
import {type DumpRun, runDump, type RunOptions} from '../agent/run-dump.js'
import type {AppSettings} from '../heroku/app-settings.js'
import {explainSilence} from '../heroku/agent-facts.js'
import {adviseOnMemory, type ProcessType} from '../heroku/formation.js'
import type {NotifyConnection} from '../postgres/notify-connection.js'
import {newRequestId} from '../protocol/ids.js'
import {requireSecret} from '../protocol/secret.js'
import {describeOlder} from '../render/older-dyno.js'
import {openTriggerView} from '../render/trigger-view.js'
import {capitalized} from '../units.js'

export type WatchOptions = Omit<RunOptions, 'id' | 'onChange' | 'quotaBytes' | 'secret'> & {
  readonly settings: AppSettings
  readonly heroku: APIClient
  readonly processType: ProcessType | null
  readonly say: (line: string) => void
}

/** Throws the UserErrors of runDump; if no agent answered, with the likeliest reasons. */
export async function watchDump(
  connection: NotifyConnection,
  {settings, heroku, processType, say, ...request}: WatchOptions,
): Promise<DumpRun> {
  const {dyno, target} = request
  const quotaBytes = processType?.quotaBytes ?? null
  const view = await openTriggerView({app: settings.app, dyno, initial: initialDumpState, stream: process.stderr})
  try {
    return await runDump(connection, {
      ...request,
      id: newRequestId(),
      onChange(state, before) {
        view.update(state)
        if (!state.accepted || before.accepted) return
        const sizes = state.processes.map(one => one.rssBytes ?? 0)
        const total = sizes.reduce((sum, size) => sum + size, 0)
        const advice = adviseOnMemory(total, Math.max(0, ...sizes), quotaBytes, dyno)
        if (advice !== null) say(advice)
      },
      onOlder: older => say(`${capitalized(describeOlder(older, Date.now()))} is still connected: it is not dumped.`),
      quotaBytes,
      secret: requireSecret(settings),
    }).finally(() => view.close())
  } catch (error) {
    throw await explainSilence(error, {dyno, heroku, settings, target})
  }
}
