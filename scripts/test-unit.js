// The fast tests: no system packages, no root, no network. They leave out the files *.slow.test.* and try fewer random
// cases (test/support/cases.ts); `npm test` runs everything. Builds first if a source is newer than the build.
//
//   npm run test:unit                 all of them
//   npm run test:unit -- dominators   the files with "dominators" in their path, slow ones too
//   npm run test:watch                tests affected by a change, on every save
import {spawnSync} from 'node:child_process'
import {existsSync, readdirSync, statSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
/** The build's inputs. */
const SOURCES = ['src', 'scripts/build.js', 'scripts/bundle.js', 'package.json', 'package-lock.json']
/** The file that the build writes last. */
const BUILT = join(root, 'oclif.manifest.json')

/** @returns {number} when a file, or the latest file in a folder, was changed */
function changedAt(path) {
  const entry = statSync(path)
  if (!entry.isDirectory()) return entry.mtimeMs
  return Math.max(entry.mtimeMs, ...readdirSync(path).map(name => changedAt(join(path, name))))
}

function node(...args) {
  const {status} = spawnSync(process.execPath, args, {cwd: root, stdio: 'inherit'})
  if (status !== 0) process.exit(status ?? 1)
}

const fresh = existsSync(BUILT) && SOURCES.every(name => changedAt(join(root, name)) <= statSync(BUILT).mtimeMs)
if (!fresh) node('scripts/build.js')
const args = process.argv.slice(2)
const isWatching = args[0] === '--watch'
if (isWatching) args.shift()
const isNamed = args.some(arg => !arg.startsWith('-'))
process.env.HEAPDUMP_QUICK_TESTS = '1'
node(
  'node_modules/vitest/vitest.mjs',
  isWatching ? 'watch' : 'run',
  '--project=unit',
  // By default Vitest leaves one core unused: half of the machine if there are two.
  '--maxWorkers=100%',
  // Compiled sources are kept between runs.
  '--experimental.fsModuleCache',
  ...(isNamed ? [] : ['--exclude=**/*.slow.test.{ts,tsx}']),
  ...args,
)
if (!isWatching && !isNamed)
  console.log('Left out: the slow tests and nine tenths of the random cases. `npm test` runs them.')
