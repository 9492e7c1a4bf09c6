// How many dynos of each type the app runs and how large they are, to advise on dumps.
import type {APIClient} from '@heroku-cli/command'
import {flag, herokuCommand, proposal} from '../command-line.js'
import {processTypeOf} from '../process-type.js'
import {formatBytes, formatQuota} from '../units.js'

export type ProcessType = {
  /** `web`, `worker`. */
  readonly type: string
  readonly quantity: number
  /** `Standard-1X`; as the API spells it. */
  readonly size: string
  /** Memory quota of one dyno, bytes; null when the API does not say. */
  readonly quotaBytes: number | null
}

type FormationBody = Array<{type: string; quantity: number; size?: string; dyno_size?: {name?: string}}>
type SizesBody = Array<{name: string; memory?: number}>

/** All process types of the app. */
export async function readFormation(heroku: APIClient, app: string): Promise<ProcessType[]> {
  const [{body: formation}, {body: sizes}] = await Promise.all([
    heroku.get<FormationBody>(`/apps/${encodeURIComponent(app)}/formation`),
    heroku.get<SizesBody>('/dyno-sizes'),
  ])
  return formation.map(({type, quantity, size: named, dyno_size: dynoSize}) => {
    const size = named ?? dynoSize?.name ?? ''
    // The API counts memory in GB with three decimals (0.5 = 512 MiB).
    const memory = sizes.find(one => one.name.toLowerCase() === size.toLowerCase())?.memory
    return {quantity, quotaBytes: memory ? memory * 2 ** 30 : null, size, type}
  })
}

/** How many dynos of each process type the app runs. */
export async function readQuantities(heroku: APIClient, app: string): Promise<ReadonlyMap<string, number>> {
  const {body} = await heroku.get<FormationBody>(`/apps/${encodeURIComponent(app)}/formation`)
  return new Map(body.map(({quantity, type}) => [type, quantity]))
}

/** The process type of `dyno` (`web.1`); null: the app has no such type. */
export async function readProcessType(heroku: APIClient, app: string, dyno: string): Promise<ProcessType | null> {
  return (await readFormation(heroku, app)).find(({type}) => type === processTypeOf(dyno)) ?? null
}

/** The process type of a dyno, and advice on dumping it. Does not throw if the API fails. */
export async function readAdvice(
  heroku: APIClient,
  app: string | null,
  dyno: string,
): Promise<{readonly processType: ProcessType | null; readonly advice: readonly string[]}> {
  const nothing = {advice: [], processType: null}
  if (app === null) return nothing
  return readProcessType(heroku, app, dyno).then(
    processType => ({advice: adviseBeforeDump(processType, dyno, app), processType}),
    () => nothing,
  )
}

/** Running process types, web first; empty if the API fails. */
export async function readRunningTypes(heroku: APIClient, app: string): Promise<readonly string[]> {
  try {
    const types = [...(await readQuantities(heroku, app))].filter(([, quantity]) => quantity > 0).map(([type]) => type)
    return types.toSorted((a, b) => Number(b === 'web') - Number(a === 'web') || a.localeCompare(b))
  } catch {
    return []
  }
}

/** Advice before a dump of `dyno`; empty: there is no risk to mention. */
export function adviseBeforeDump(processType: ProcessType | null, dyno: string, app: string): string[] {
  if (processType === null) {
    return [`⬢ ${app} has no process type "${processTypeOf(dyno)}" in its formation.`]
  }

  const {type, quantity, size, quotaBytes} = processType
  const on = flag('--app', app)
  const lines: Array<string | null> = []
  if (quantity === 0) {
    lines.push(`⬢ ${app} runs no ${type} dyno.`, proposal`  Start one: ${herokuCommand('ps:scale', [`${type}=1`], on)}`)
  } else if (quantity === 1) {
    lines.push(
      `${dyno} is the only ${type} dyno: nothing else serves requests during a pause. Safer:`,
      proposal`  ${herokuCommand('ps:scale', [`${type}=2`], on)}    (does not restart ${dyno})`,
    )
  }

  if (quotaBytes !== null && quotaBytes <= 2 ** 30) {
    lines.push(
      `A ${size} dyno has ${formatQuota(quotaBytes)}. Dumping a process needs up to two thirds of its`,
      '  memory again: above the quota the dyno swaps (R14), far above it is killed (R15).',
      '  A larger dyno is safer, but resizing restarts the app, so do it before memory grows:',
      proposal`  ${herokuCommand('ps:resize', [`${type}=performance-m`], on)}`,
    )
  }

  return lines.filter(line => line !== null)
}

/** A warning, once the agent has reported the memory of the dyno's processes; null: enough memory, or unknown. */
export function adviseOnMemory(
  rssBytes: number,
  largestBytes: number,
  quotaBytes: number | null,
  dyno: string,
): string | null {
  if (quotaBytes === null || rssBytes + (2 / 3) * largestBytes <= quotaBytes) return null
  const left = formatBytes(Math.max(0, quotaBytes - rssBytes))
  return (
    `${dyno} has ${left} of its ${formatQuota(quotaBytes)} left. Dumping its largest process ` +
    `(${formatBytes(largestBytes)}) may exceed the quota during the dump.`
  )
}
