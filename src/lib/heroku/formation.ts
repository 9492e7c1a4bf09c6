// How many dynos of a kind the app runs and how large they are: what decides whether a dump there is wise.
import type {APIClient} from '@heroku-cli/command'

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

/** The process type that `dyno` (`web.1`) belongs to; null when the app has none of that name. */
export async function readProcessType(heroku: APIClient, app: string, dyno: string): Promise<ProcessType | null> {
  const type = dyno.split(/[.-]/, 1)[0]
  const [{body: formation}, {body: sizes}] = await Promise.all([
    heroku.get<FormationBody>(`/apps/${encodeURIComponent(app)}/formation`),
    heroku.get<SizesBody>('/dyno-sizes'),
  ])
  const found = formation.find(one => one.type === type)
  if (!found) return null
  const size = found.size ?? found.dyno_size?.name ?? ''
  // The API counts memory in GB with three decimals (0.5 = 512 MiB).
  const memory = sizes.find(one => one.name.toLowerCase() === size.toLowerCase())?.memory
  return {quantity: found.quantity, quotaBytes: memory ? memory * 2 ** 30 : null, size, type}
}
