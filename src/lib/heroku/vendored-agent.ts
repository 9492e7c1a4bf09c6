// The agent in an app's repository, for teams that prefer to review and pin it over adding a buildpack: vendor/heapdump,
// and a few lines in .profile, which every dyno runs before its command
// (https://devcenter.heroku.com/articles/dyno-startup-behavior).
import {cp, readFile, realpath, rm, rmdir, stat, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {fileProblem, UserError} from '../errors.js'
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
/** After a file without a final newline, the lines begin with one and end without, so that removing them restores it. */
const BLOCK =
  /\n# heapdump: loads[^]*?^# heapdump: end(?![^])|^# heapdump: loads[^]*?^# heapdump: end(?:\r?\n|(?![^]))/m

async function read(path: string): Promise<string | null> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null
    throw error
  })
}

async function readProfile(directory: string): Promise<string | null> {
  return read(join(directory, '.profile'))
}

/** What .profile was without our lines; null: there was none. */
function withoutLines(profile: string): string | null {
  const rest = profile.replace(BLOCK, '')
  return rest === '' && profile.startsWith('# heapdump: loads') ? null : rest
}

/** The version of the vendored agent; null: there is none. */
export async function vendoredVersion(directory: string): Promise<string | null> {
  return /VERSION = '([^']+)'/.exec((await read(join(directory, VERSION_FILE))) ?? '')?.[1] ?? null
}

/** Whether this version of the agent and its lines in .profile are there, so that adding it changes nothing. */
export async function isVendored(directory: string, version: string): Promise<boolean> {
  return (await vendoredVersion(directory)) === version && (await hasLines(directory))
}

/** Whether there is anything to remove: the agent, or lines in .profile that outlived it. */
export async function hasVendored(directory: string): Promise<boolean> {
  return (await vendoredVersion(directory)) !== null || (await hasLines(directory))
}

async function hasLines(directory: string): Promise<boolean> {
  return BLOCK.test((await readProfile(directory)) ?? '')
}

/** For a sentence. */
export function nameOfDirectory(directory: string): string {
  return directory === '.' ? 'this directory' : directory
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

/**
 * Throws UserError `not_an_app` unless it is a Ruby app, `exists` if its vendor/heapdump is not ours, or if `vendor` or
 * .profile is something else.
 */
export async function refuseTakenFolder(directory: string): Promise<void> {
  if (!(await isApp(directory))) {
    throw new UserError(`There is no Gemfile in ${nameOfDirectory(directory)}.`, {
      code: 'not_an_app',
      exit: 2,
      hint: "Run this in the app's directory, or name the directory: heroku heapdump:setup --vendor DIR",
    })
  }

  const [folder, vendor] = [join(directory, FOLDER), join(directory, 'vendor')]
  const profile = join(directory, '.profile')
  if ((await vendoredVersion(directory)) === null && (await exists(folder)))
    throw taken(`${folder} already exists, and is not the agent.`)
  if ((await exists(vendor)) && !(await stat(vendor)).isDirectory())
    throw taken(`${vendor} already exists, and is not a directory.`)
  if ((await exists(profile)) && !(await stat(profile)).isFile())
    throw taken(`${profile} already exists, and is not a regular file.`)
}

function taken(message: string): UserError {
  return new UserError(message, {
    code: 'exists',
    hint: 'Rename it, or use the buildpack instead: heroku heapdump:setup --buildpack URL',
  })
}

/** Replaces an earlier version. Keeps the rest of .profile. Throws UserError `not_writable`. */
export async function addVendored(directory: string): Promise<void> {
  const [folder, profile] = [join(directory, FOLDER), join(directory, '.profile')]
  try {
    await rm(folder, {force: true, recursive: true})
    await cp(join(OURS, 'agent'), folder, {recursive: true})
    await cp(join(OURS, 'profile.d/zz-heapdump.sh'), join(folder, 'profile.sh'))
    const rest = withoutLines((await readProfile(directory)) ?? LINES)
    const isEnded = rest === null || rest.endsWith('\n')
    await writeFile(profile, isEnded ? `${rest ?? ''}${LINES}` : `${rest}\n${LINES.trimEnd()}`)
  } catch (error) {
    throw explainWriteError(error, directory)
  }
}

/** Deletes .profile too if it was not there before. Throws UserError `not_writable`. */
export async function removeVendored(directory: string): Promise<void> {
  try {
    if ((await vendoredVersion(directory)) !== null) {
      await rm(join(directory, FOLDER), {force: true, recursive: true})
      await rmdir(join(directory, 'vendor')).catch(() => {}) // not empty
    }

    const profile = await readProfile(directory)
    if (profile === null || !BLOCK.test(profile)) return
    const [path, rest] = [await realpath(join(directory, '.profile')), withoutLines(profile)]
    await (rest === null ? rm(path) : writeFile(path, rest))
  } catch (error) {
    throw explainWriteError(error, directory)
  }
}

function explainWriteError(error: unknown, directory: string): unknown {
  const problem = fileProblem(error)
  if (problem === null) return error
  return new UserError(`Cannot write to ${nameOfDirectory(directory)}: ${problem}.`, {
    cause: error,
    code: 'not_writable',
  })
}
