// Where the buildpack of this plugin is: the repository it came from. Its package says so once it is published, and the
// origin of a checkout before that.
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

/** An address that a build of Heroku can clone; null: a folder on this machine, or nothing. */
function cloneable(address: string | undefined): string | null {
  if (!address) return null
  const [, host, path] = /^(?:ssh:\/\/)?git@([\w.-]+)[:/](.+)$/.exec(address.trim()) ?? []
  const url = host ? `https://${host}/${path}` : address.trim().replace(/^git\+/, '')
  return /^https:\/\/[\w.-]+\/\S+$/.test(url) ? url.replace(/\.git$/, '') : null
}

/** @param root of the plugin. null: nobody has told it. */
export async function ownBuildpack(root = fileURLToPath(packageFile(''))): Promise<string | null> {
  const {heroku, repository} = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as Package
  const published = heroku?.buildpack ?? (typeof repository === 'string' ? repository : repository?.url)
  return cloneable(published) ?? cloneable(await origin(root))
}

async function origin(root: string): Promise<string | undefined> {
  try {
    // Of this checkout, not of a repository that it is installed in.
    const options = {cwd: root, env: {...process.env, GIT_CEILING_DIRECTORIES: join(root, '..')}}
    return (await promisify(execFile)('git', ['remote', 'get-url', 'origin'], options)).stdout.trim()
  } catch {
    return undefined // no checkout, no origin, or no git
  }
}
