// The URL of this plugin's buildpack, which is its repository: from package.json if published, else the origin of the
// checkout.
import {execFile} from 'node:child_process'
import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {promisify} from 'node:util'
import {packageFile} from '../package-file.js'

type Package = {
  readonly heroku?: {readonly buildpack?: string}
  readonly repository?: string | {readonly url?: string}
}

/** A URL that a Heroku build can clone; null: a local directory, or nothing. */
function cloneable(address: string | undefined): string | null {
  if (!address) return null
  const [, host, path] = /^(?:ssh:\/\/)?git@([\w.-]+)[:/](.+)$/.exec(address.trim()) ?? []
  const url = host ? `https://${host}/${path}` : address.trim().replace(/^git\+/, '')
  return /^https:\/\/[\w.-]+\/\S+$/.test(url) ? url.replace(/\.git$/, '') : null
}

/** @param root of the plugin. Returns null if the URL is unknown. */
export async function ownBuildpack(root = fileURLToPath(packageFile(''))): Promise<string | null> {
  const {heroku, repository} = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as Package
  const published = heroku?.buildpack ?? (typeof repository === 'string' ? repository : repository?.url)
  return cloneable(published) ?? cloneable(await origin(root))
}

async function origin(root: string): Promise<string | undefined> {
  try {
    // The ceiling excludes a repository that the plugin is installed in.
    const options = {cwd: root, env: {...process.env, GIT_CEILING_DIRECTORIES: join(root, '..')}}
    return (await promisify(execFile)('git', ['remote', 'get-url', 'origin'], options)).stdout.trim()
  } catch {
    return undefined // not a checkout, no origin, or no git
  }
}
