// Why does no agent answer on a dyno? What the Platform API knows about it, and the likeliest reasons in order.
import type {APIClient} from '@heroku-cli/command'
import {appCommand, commandText, flag, herokuCommand, proposal, type Target} from '../command-line.js'
import {UserError} from '../errors.js'
import type {AppSettings} from './app-settings.js'
import {isHeapdumpBuildpack, readBuildpacks} from './buildpacks.js'
import {processTypeOf} from '../process-type.js'
import {dynoPatterns, enabledDynos, isOneOff, matchesDyno} from './dyno-names.js'
import {readQuantities} from './formation.js'

export type AgentFacts = {
  readonly buildpackAdded: boolean | null
  /** Names of the dynos that are up; null unknown. */
  readonly dynosUp: readonly string[] | null
  /** HEAPDUMP_DYNOS: `web.1`, `worker.*`. */
  readonly patterns: readonly string[]
  /** Dynos where the agent is enabled. */
  readonly enabledDynos: readonly string[]
  readonly disabled: boolean
}

/** States in which an agent answers, or soon will. */
const ALIVE = new Set(['up', 'starting'])

/**
 * Throws UserError `no_dyno` if the app has no such dyno, or with `dyno` null no dyno where the agent is enabled, instead
 * of waiting for an answer. Does nothing if the API does not respond.
 */
export async function refuseMissingDyno(
  settings: AppSettings,
  heroku: APIClient,
  dyno: string | null,
  target: Target,
): Promise<void> {
  if (settings.app === null) return
  let dynos: readonly Dyno[]
  try {
    dynos = (await heroku.get<Dyno[]>(`/apps/${encodeURIComponent(settings.app)}/dynos`)).body
  } catch {
    return
  }

  const alive = dynos.filter(({state}) => ALIVE.has(state)).map(({name}) => name)
  const patterns = dyno === null ? dynoPatterns(settings.vars.HEAPDUMP_DYNOS) : []
  const isThere =
    dyno === null
      ? alive.some(name => patterns.some(pattern => matchesDyno(pattern, name)))
      : alive.some(name => isMeant(name, dyno))
  if (isThere) return
  const wanted = dyno ?? enabledDynos(patterns, null)[0] ?? 'web.1'
  const type = processTypeOf(wanted)
  const state = dynos.find(({name}) => name === wanted)?.state
  const quantity = state === undefined ? await readQuantity(heroku, settings.app, type) : null
  const none = quantity === 0 ? `${settings.source} runs no ${type} dyno (${type}=0).` : null
  const unknown = quantity === undefined ? `${settings.source} has no process type ${type}.` : null
  const first =
    dyno === null
      ? `No dyno of ${settings.source} with an agent is running: HEAPDUMP_DYNOS is ${patterns.join(',')}.`
      : `${dyno} of ${settings.source} is ${state ?? 'not running'}.`
  throw new UserError(none ?? unknown ?? first, {
    code: 'no_dyno',
    exit: 2,
    hint: [
      alive.length > 0
        ? `Running: ${alive.toSorted().join(', ')}.${dyno === null ? '' : ' Name one with --dyno.'}`
        : 'No dyno is running.',
      ...(alive.length > 0 && quantity !== 0 ? [] : [commandText(herokuCommand('ps:scale', [`${type}=1`], target))]),
    ],
  })
}

/** On Fir, web.1 means any web dyno. A process type means all its dynos. */
function isMeant(name: string, dyno: string): boolean {
  const type = processTypeOf(name)
  return name === dyno || type === dyno || (!name.includes('.') && dyno === `${type}.1`)
}

/** How many dynos of a type the formation has; undefined: no such type; null: unknown. */
async function readQuantity(heroku: APIClient, app: string, type: string): Promise<number | undefined | null> {
  const quantities = await readQuantities(heroku, app).catch(() => null)
  return quantities === null || quantities.size === 0 || isOneOff(type) ? null : quantities.get(type)
}

type Dyno = {name: string; state: string}

/** Never throws, because it explains another error: what the API does not return is null. */
export async function readAgentFacts(settings: AppSettings, heroku: APIClient): Promise<AgentFacts> {
  const patterns = dynoPatterns(settings.vars.HEAPDUMP_DYNOS)
  const fromVars = {disabled: Boolean(settings.vars.HEAPDUMP_DISABLED), patterns}
  if (settings.app === null)
    return {...fromVars, enabledDynos: enabledDynos(patterns, null), buildpackAdded: null, dynosUp: null}
  const {app} = settings
  const [buildpacks, dynos] = await Promise.all([
    readBuildpacks(heroku, app).catch(() => null),
    heroku.get<Dyno[]>(`/apps/${encodeURIComponent(app)}/dynos`).then(
      ({body}) => body,
      () => null,
    ),
  ])
  const dynosUp = dynos && dynos.filter(dyno => dyno.state === 'up').map(dyno => dyno.name)
  return {
    ...fromVars,
    enabledDynos: enabledDynos(patterns, dynosUp),
    buildpackAdded: buildpacks && buildpacks.some(isHeapdumpBuildpack),
    dynosUp,
  }
}

/** Adds the likeliest reasons to a `no_agent` error. Returns any other error unchanged. */
export async function explainSilence(
  error: unknown,
  {
    settings,
    heroku,
    target,
    dyno,
  }: {
    readonly settings: AppSettings
    readonly heroku: APIClient
    readonly target: Target
    /** null: any enabled dyno. */
    readonly dyno: string | null
  },
): Promise<unknown> {
  if (!(error instanceof UserError) || error.code !== 'no_agent') return error
  const facts = await readAgentFacts(settings, heroku)
  return new UserError(error.message, {
    code: error.code,
    hint: explainNoAgent(facts, dyno ?? facts.enabledDynos[0] ?? 'web.1', target),
  })
}

/** The reasons, likeliest first, each with what to do, as lines. */
export function explainNoAgent(facts: AgentFacts, dyno: string, target: Target): readonly string[] {
  const reasons: Array<readonly [why: string, fix: string | null]> = []
  if (facts.disabled) {
    const unset = commandText(appCommand('config:unset', ['HEAPDUMP_DISABLED'], target))
    reasons.push([
      'HEAPDUMP_DISABLED is set, which turns the agent off',
      unset ?? 'remove it from the environment and restart',
    ])
  }

  // The agent may be in the app's repository instead, which the API does not know.
  const mayBeVendored = facts.buildpackAdded === false
  if (mayBeVendored) {
    reasons.push([
      'the app has no heapdump buildpack, and vendor/heapdump is not deployed',
      proposal`${herokuCommand('heapdump:setup', [], target)}, in the app's directory; then deploy as it says`,
    ])
  }

  if (facts.dynosUp !== null && !facts.dynosUp.includes(dyno)) {
    const up = facts.dynosUp.length > 0 ? `up: ${facts.dynosUp.slice(0, 6).join(', ')}` : 'no dyno is up'
    reasons.push([`${dyno} is not up (${up})`, 'name a running dyno with --dyno'])
  }

  if (!facts.patterns.some(pattern => matchesDyno(pattern, dyno)) && !facts.enabledDynos.includes(dyno)) {
    const named = facts.enabledDynos.slice(0, 1).flatMap(enabled => flag('--dyno', enabled))
    reasons.push([
      `${dyno} is not in HEAPDUMP_DYNOS (now: ${facts.patterns.join(',')})`,
      commandText(herokuCommand('heapdump:trigger', [], [...named, ...target])),
    ])
  }

  if (reasons.length === (mayBeVendored ? 1 : 0)) {
    if (facts.buildpackAdded === null)
      reasons.push(['the process was started without the agent', 'see docs/without-heroku.md'])
    if (!mayBeVendored)
      reasons.push([
        `the buildpack was added, but the app was not deployed since, or ${dyno} not restarted`,
        'deploy once: git commit --allow-empty -m "Enable heapdump" && git push heroku HEAD:main',
      ])
    reasons.push(
      [
        "the app's DATABASE_URL points to a connection pool",
        'set HEAPDUMP_DATABASE_URL to the direct URL of the same database',
      ],
      [
        'the app runs JRuby, TruffleRuby or a Ruby before 2.7, which the agent does not support: its log says so',
        proposal`${appCommand('logs', [], [...flag('--dyno', dyno), ...target])} | grep "heapdump.*CRuby"`,
      ],
      [
        `the app is still booting; its log may tell more`,
        proposal`${appCommand('logs', [], [...flag('--dyno', dyno), ...target])} | grep heapdump`,
      ],
    )
  }

  return [
    'The agent starts when a dyno boots. Likely reasons, most likely first:',
    ...reasons.flatMap(([why, fix], index) => [`  ${index + 1}. ${why}`, ...(fix === null ? [] : [`     → ${fix}`])]),
  ]
}
