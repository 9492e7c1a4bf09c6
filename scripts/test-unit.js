// The quick tests: no system packages, no root, no network. Builds first when a source is newer than the build.
//
//   npm run test:unit                 all of them
//   npm run test:unit -- duplicates   the files whose path holds "duplicates"
//   npm run test:watch                those that a change concerns, again and again
import {spawnSync} from 'node:child_process'
import {existsSync, readdirSync, statSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
/** What the build reads; the manifest is what it writes last. */
const SOURCES = ['src', 'scripts/build.js', 'scripts/bundle.js', 'package.json', 'package-lock.json']
const BUILT = join(root, 'oclif.manifest.json')

/** @returns {number} the latest change of a file, or of any below a folder */
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
const [mode, ...rest] =
  process.argv[2] === '--watch' ? ['watch', ...process.argv.slice(3)] : ['run', ...process.argv.slice(2)]
// Vitest leaves one core to others, which of two is half of them.
node('node_modules/vitest/vitest.mjs', mode, '--project', 'unit', '--maxWorkers=100%', ...rest)
