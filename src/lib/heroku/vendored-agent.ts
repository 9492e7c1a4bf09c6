// The agent in an app's repository, for teams that prefer to review and pin it over adding a buildpack: vendor/heapdump,
// and a few lines in .profile, which every dyno runs before its command
// (https://devcenter.heroku.com/articles/dynos#the-profile-file).
import {cp, readFile, rm, rmdir, stat, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {UserError} from '../errors.js'
import {packageFile} from '../package-file.js'

const OURS = fileURLToPath(packageFile('buildpack'))
const FOLDER = 'vendor/heapdump'
const VERSION_FILE = join(FOLDER, 'heapdump/version.rb')
const LINES = `# heapdump: loads the heap dump agent. \`heroku heapdump:setup --remove\` removes these lines.
if [ -r "\${HOME}/${FOLDER}/profile.sh" ]; then
  heapdump_agent="\${HOME}/${FOLDER}/agent.rb"
  . "\${HOME}/${FOLDER}/profile.sh"
  unset heapdump_agent
fi
# heapdump: end
`
const BLOCK = /^# heapdump: loads[^]*?^# heapdump: end\n/m

async function read(path: string): Promise<string | null> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
}

/** The version of the vendored agent; null: there is none. */
export async function vendoredVersion(directory: string): Promise<string | null> {
  return /VERSION = '([^']+)'/.exec((await read(join(directory, VERSION_FILE))) ?? '')?.[1] ?? null
}

/** Whether this version of the agent and its lines in .profile are there, so that adding it changes nothing. */
export async function isVendored(directory: string, version: string): Promise<boolean> {
  return (await vendoredVersion(directory)) === version && BLOCK.test((await read(join(directory, '.profile'))) ?? '')
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

/** Whether it is the directory of a Ruby app. */
export async function isApp(directory: string): Promise<boolean> {
  return (await exists(join(directory, 'Gemfile'))) || exists(join(directory, 'config.ru'))
}

/** Throws UserError `not_an_app` unless it is a Ruby app, `exists` if its vendor/heapdump is not ours. */
export async function refuseTakenFolder(directory: string): Promise<void> {
  if (!(await isApp(directory))) {
    throw new UserError(`There is no Gemfile in ${directory === '.' ? 'this directory' : directory}.`, {
      code: 'not_an_app',
      exit: 2,
      hint: "Run this in the app's directory, or name the directory: heroku heapdump:setup --vendor DIR",
    })
  }

  if ((await vendoredVersion(directory)) === null && (await exists(join(directory, FOLDER)))) {
    throw new UserError(`${join(directory, FOLDER)} already exists, and is not the agent.`, {
      code: 'exists',
      hint: 'Rename it, or use the buildpack instead: heroku heapdump:setup --buildpack URL',
    })
  }
}

/** Replaces an earlier version. Keeps the rest of .profile. */
export async function addVendored(directory: string): Promise<void> {
  const folder = join(directory, FOLDER)
  await rm(folder, {force: true, recursive: true})
  await cp(join(OURS, 'agent'), folder, {recursive: true})
  await cp(join(OURS, 'profile.d/zz-heapdump.sh'), join(folder, 'profile.sh'))
  const profile = ((await read(join(directory, '.profile'))) ?? '').replace(BLOCK, '')
  const ended = profile === '' || profile.endsWith('\n') ? profile : `${profile}\n`
  await writeFile(join(directory, '.profile'), ended + LINES)
}

/** Deletes .profile too if nothing else is in it. Returns whether there was anything to remove. */
export async function removeVendored(directory: string): Promise<boolean> {
  const [version, profile] = [await vendoredVersion(directory), await read(join(directory, '.profile'))]
  if (version !== null) {
    await rm(join(directory, FOLDER), {force: true, recursive: true})
    await rmdir(join(directory, 'vendor')).catch(() => {}) // not empty
  }

  if (profile === null || !BLOCK.test(profile)) return version !== null
  const rest = profile.replace(BLOCK, '')
  if (rest.trim() === '') await rm(join(directory, '.profile'))
  else await writeFile(join(directory, '.profile'), rest)
  return true
}
