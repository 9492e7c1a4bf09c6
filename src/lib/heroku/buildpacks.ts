// The app's buildpacks in order, and which of them is ours.
import type {APIClient} from '@heroku-cli/command'

type Installation = {ordinal: number; buildpack: {url?: string; name?: string}}

/** URLs, or names of official buildpacks, in the order in which they run. */
export async function readBuildpacks(heroku: APIClient, app: string): Promise<string[]> {
  const {body} = await heroku.get<Installation[]>(`/apps/${encodeURIComponent(app)}/buildpack-installations`)
  return body.toSorted((a, b) => a.ordinal - b.ordinal).map(({buildpack}) => buildpack.url ?? buildpack.name ?? '')
}

export function isHeapdumpBuildpack(url: string): boolean {
  return /heapdump/i.test(url)
}
