// The buildpacks that the running slug was built with: a new buildpack has no effect until the next build.
import type {APIClient} from '@heroku-cli/command'

export type SlugFacts = {
  /** `v214`. */
  readonly release: string
  /** URLs or names; null: unknown, because it was built elsewhere (a pipeline promotion, a container). */
  readonly buildpacks: readonly string[] | null
}

type Release = {version: number; current?: boolean; status?: string; slug?: {id: string} | null}
type Build = {slug?: {id: string} | null; buildpacks?: Array<{url?: string; name?: string}> | null}

const newest = (order: string) => ({headers: {Range: `${order} ..; order=desc, max=100`}})

/** null: the app was never deployed. */
export async function readSlug(heroku: APIClient, appName: string): Promise<SlugFacts | null> {
  const app = encodeURIComponent(appName)
  const {body: releases} = await heroku.get<Release[]>(`/apps/${app}/releases`, newest('version'))
  const sorted = releases.filter(one => one.slug).toSorted((a, b) => b.version - a.version)
  const release = sorted.find(one => one.current) ?? sorted[0]
  if (!release) return null
  const {body: builds} = await heroku.get<Build[]>(`/apps/${app}/builds`, newest('started_at'))
  const build = builds.find(one => one.slug?.id === release.slug?.id)
  return {buildpacks: build?.buildpacks?.map(one => one.url ?? one.name ?? '') ?? null, release: `v${release.version}`}
}
