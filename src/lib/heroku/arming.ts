// Why may nobody answer on a dyno? What the Platform API knows about it, and the likeliest reasons in order.
import type {APIClient} from '@heroku-cli/command'
import {appCommand, commandText, flag, herokuCommand, proposal, type Target} from '../command-line.js'
import type {AppSettings} from './app-settings.js'

export type ArmingFacts = {
  readonly buildpackAdded: boolean | null
  /** Names of the dynos that are up; null unknown. */
  readonly dynosUp: readonly string[] | null
  /** Dynos that the agent is armed on. */
  readonly armedDynos: readonly string[]
  readonly disabled: boolean
}

type Installation = {buildpack: {name?: string; url?: string}}
type Dyno = {name: string; state: string}

/** Asks the API what it can; what fails stays null: this runs when something went wrong already. */
export async function readArmingFacts(settings: AppSettings, heroku: APIClient): Promise<ArmingFacts> {
  const fromVars = {
    armedDynos: (settings.vars.HEAPDUMP_DYNOS || 'web.1').split(',').map(name => name.trim()),
    disabled: Boolean(settings.vars.HEAPDUMP_DISABLED),
  }
  if (settings.app === null) return {...fromVars, buildpackAdded: null, dynosUp: null}
  const app = encodeURIComponent(settings.app)
  const ask = async <T>(path: string): Promise<T | null> => {
    try {
      return (await heroku.get(path)).body as T
    } catch {
      return null
    }
  }

  const [installations, dynos] = await Promise.all([
    ask<Installation[]>(`/apps/${app}/buildpack-installations`),
    ask<Dyno[]>(`/apps/${app}/dynos`),
  ])
  return {
    ...fromVars,
    buildpackAdded:
      installations && installations.some(({buildpack}) => /heapdump/.test(`${buildpack.url} ${buildpack.name}`)),
    dynosUp: dynos && dynos.filter(dyno => dyno.state === 'up').map(dyno => dyno.name),
  }
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

  if (!facts.armedDynos.includes(dyno)) {
    reasons.push([
      `${dyno} is not in HEAPDUMP_DYNOS (now: ${facts.armedDynos.join(',')})`,
      commandText(herokuCommand('heapdump:trigger', [], [...flag('--dyno', facts.armedDynos[0]), ...target])),
    ])
  }

  if (reasons.length === 0) {
    if (facts.buildpackAdded === null)
      reasons.push(['the process was not armed by the heapdump buildpack', 'see "verify locally" in the README'])
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
