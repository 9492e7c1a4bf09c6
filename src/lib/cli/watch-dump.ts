// Requests dumps from our agents, or joins one in progress, and shows the progress on stderr.
import type {APIClient} from '@heroku-cli/command'
import type {AttachOptions} from '../agent/attach-dump.js'
import type {DumpRun} from '../agent/dump-result.js'
import type {DumpState} from '../agent/dump-state.js'
import {runAttached, runDump, type RunOptions} from '../agent/run-dump.js'
import type {AppSettings} from '../heroku/app-settings.js'
import {explainSilence} from '../heroku/agent-facts.js'
import {adviseOnMemory, type ProcessType} from '../heroku/formation.js'
import type {NotifyConnection} from '../postgres/notify-connection.js'
import {newRequestId} from '../protocol/ids.js'
import {requireSecret} from '../protocol/secret.js'
import {describeOlder} from '../render/older-dyno.js'
import {openTriggerView, type TriggerView} from '../render/trigger-view.js'
import {capitalized} from '../units.js'

type Shown = {
  readonly settings: AppSettings
  readonly heroku: APIClient
  /** Clears the progress once the dumps are stored. */
  readonly isTransient: boolean
}

export type WatchOptions = Shown &
  Omit<RunOptions, 'id' | 'onChange' | 'quotaBytes' | 'secret'> & {
    readonly processType: ProcessType | null
    readonly say: (line: string) => void
  }

/** Throws the UserErrors of runDump; if no agent answered, with the likeliest reasons. */
export async function watchDump(
  connection: NotifyConnection,
  {settings, heroku, isTransient, processType, say, ...request}: WatchOptions,
): Promise<DumpRun> {
  const {dynos, named, target} = request
  const quotaBytes = processType?.quotaBytes ?? null
  const advised = new Set<string>()
  try {
    return await watched({dynos, named, settings}, isTransient, view =>
      runDump(connection, {
        ...request,
        id: newRequestId(),
        onChange(states) {
          view.update(states)
          const state = states.at(-1)
          if (!state?.accepted || advised.has(state.dyno)) return
          advised.add(state.dyno)
          const advice = adviseOn(state, quotaBytes)
          if (advice !== null) say(advice)
        },
        onOlder: older => say(`${capitalized(describeOlder(older, Date.now()))} is still connected: it is not dumped.`),
        quotaBytes,
        secret: requireSecret(settings),
      }),
    )
  } catch (error) {
    throw await explainSilence(error, {dyno: dynos[0], heroku, settings, target})
  }
}

type JoinOptions = Shown & Omit<AttachOptions, 'secret' | 'signal'> & Pick<RunOptions, 'signal'>

/** Throws the UserErrors of runAttached; if no agent answered, with the likeliest reasons. */
export async function watchAttached(
  connection: NotifyConnection,
  {settings, heroku, isTransient, ...options}: JoinOptions,
): Promise<DumpRun> {
  try {
    return await watched({dynos: [], named: `the dump ${options.id}`, settings}, isTransient, view =>
      runAttached(connection, {...options, onChange: view.update, secret: requireSecret(settings)}),
    )
  } catch (error) {
    throw await explainSilence(error, {dyno: null, heroku, settings, target: options.target})
  }
}

type Named = {readonly dynos: readonly string[]; readonly named: string; readonly settings: AppSettings}

async function watched(
  {dynos, named, settings}: Named,
  isTransient: boolean,
  run: (view: TriggerView) => Promise<DumpRun>,
): Promise<DumpRun> {
  const view = await openTriggerView({app: settings.app, dynos, named, stream: process.stderr})
  let clear = false
  try {
    const outcome = await run(view)
    clear = isTransient && outcome.stored.length > 0
    return outcome
  } finally {
    view.close({clear})
  }
}

function adviseOn({dyno, processes}: DumpState, quotaBytes: number | null): string | null {
  const sizes = processes.map(one => one.rssBytes ?? 0)
  const total = sizes.reduce((sum, size) => sum + size, 0)
  return adviseOnMemory(total, Math.max(0, ...sizes), quotaBytes, dyno)
}
