// Why may nobody answer on a dyno? What the Platform API knows about it, and the likeliest reasons in order.
import type {APIClient} from '@heroku-cli/command'
import {appCommand, commandText, flag, herokuCommand, proposal, type Target} from '../command-line.js'
import {UserError} from '../errors.js'
import type {AppSettings} from './app-settings.js'
import {isHeapdumpBuildpack, readBuildpacks} from './buildpacks.js'
import {dynoPatterns, enabledDynos, matchesDyno, processTypeOf} from './dyno-names.js'

export type ArmingFacts = {
  readonly buildpackAdded: boolean | null
  /** Names of the dynos that are up; null unknown. */
  readonly dynosUp: readonly string[] | null
  /** HEAPDUMP_DYNOS: `web.1`, `worker.*`. */
  readonly patterns: readonly string[]
  /** Dynos that the agent is armed on. */
  readonly armedDynos: readonly string[]
  readonly disabled: boolean
}

/** States in which an agent may answer, or soon will. */
const ALIVE = new Set(['up', 'starting'])

/**
 * Throws UserError `no_dyno` if the app has no such dyno: nobody needs to wait for an answer of it. What the API does
 * not say stops nobody.
 */
export async function refuseMissingDyno(
  settings: AppSettings,
  heroku: APIClient,
  dyno: string,
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
  // On Fir web.1 is any of the web dynos.
  if (alive.some(name => name === dyno || (!name.includes('.') && dyno === `${processTypeOf(name)}.1`))) return
  const state = dynos.find(({name}) => name === dyno)?.state
  throw new UserError(`${dyno} of ${settings.source} is ${state ?? 'not running'}.`, {
    code: 'no_dyno',
    exit: 2,
    hint: [
      alive.length > 0 ? `Running: ${alive.toSorted().join(', ')}. Name one with --dyno.` : 'No dyno is running.',
      ...(alive.length > 0 ? [] : [commandText(herokuCommand('ps:scale', [`${processTypeOf(dyno)}=1`], target))]),
    ],
  })
}

type Dyno = {name: string; state: string}

/** Asks the API what it can; what fails stays null: this runs when something went wrong already. */
export async function readArmingFacts(settings: AppSettings, heroku: APIClient): Promise<ArmingFacts> {
  const patterns = dynoPatterns(settings.vars.HEAPDUMP_DYNOS)
  const fromVars = {disabled: Boolean(settings.vars.HEAPDUMP_DISABLED), patterns}
  if (settings.app === null)
    return {...fromVars, armedDynos: enabledDynos(patterns, null), buildpackAdded: null, dynosUp: null}
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
    armedDynos: enabledDynos(patterns, dynosUp),
    buildpackAdded: buildpacks && buildpacks.some(isHeapdumpBuildpack),
    dynosUp,
  }
}

/** `error` with the likeliest reasons, if it is that nobody answered on `dyno`; else as it is. */
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
    /** null: any of those that the agent is armed on. */
    readonly dyno: string | null
  },
): Promise<unknown> {
  if (!(error instanceof UserError) || error.code !== 'no_agent') return error
  const facts = await readArmingFacts(settings, heroku)
  return new UserError(error.message, {
    code: error.code,
    hint: explainNoAgent(facts, dyno ?? facts.armedDynos[0] ?? 'web.1', target),
  })
}

/** The reasons, likeliest first, each with what to do. In lines. */
export function explainNoAgent(facts: ArmingFacts, dyno: string, target: Target): readonly string[] {
  const reasons: Array<readonly [why: string, fix: string | null]> = []
  if (facts.disabled) {
    const unset = commandText(appCommand('config:unset', ['HEAPDUMP_DISABLED'], target))
    reasons.push([
      'HEAPDUMP_DISABLED is set: the agent stays away',
      unset ?? 'take it out of the environment, and restart',
    ])
  }

  if (facts.buildpackAdded === false) {
    reasons.push([
      'the app has no heapdump buildpack',
      proposal`${herokuCommand('heapdump:setup', [], target)}, then deploy`,
    ])
  }

  if (facts.dynosUp !== null && !facts.dynosUp.includes(dyno)) {
    const up = facts.dynosUp.length > 0 ? `up: ${facts.dynosUp.slice(0, 6).join(', ')}` : 'no dyno is up'
    reasons.push([`${dyno} is not up (${up})`, 'name one that is with --dyno'])
  }

  if (!facts.patterns.some(pattern => matchesDyno(pattern, dyno)) && !facts.armedDynos.includes(dyno)) {
    const named = facts.armedDynos.slice(0, 1).flatMap(armed => flag('--dyno', armed))
    reasons.push([
      `${dyno} is not in HEAPDUMP_DYNOS (now: ${facts.patterns.join(',')})`,
      commandText(herokuCommand('heapdump:trigger', [], [...named, ...target])),
    ])
  }

  if (reasons.length === 0) {
    if (facts.buildpackAdded === null)
      reasons.push(['the process was not armed by the heapdump buildpack', 'see docs/without-heroku.md'])
    reasons.push(
      [
        `the buildpack was added, but ${dyno} was not built and restarted since`,
        'deploy once: git commit --allow-empty -m "arm heapdump" && git push heroku',
      ],
      [
        "the app's DATABASE_URL goes through a connection pool",
        'set HEAPDUMP_DATABASE_URL to the direct URL of the same database',
      ],
      [
        `the app is still booting, or its log tells more`,
        proposal`${appCommand('logs', flag('--dyno', dyno), target)} | grep heapdump`,
      ],
    )
  }

  return [
    'The agent is armed when a dyno boots. Most likely, in this order:',
    ...reasons.flatMap(([why, fix], index) => [`  ${index + 1}. ${why}`, ...(fix === null ? [] : [`     → ${fix}`])]),
  ]
}
