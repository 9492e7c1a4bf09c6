// Checks the sources against tsconfig.json, noUncheckedIndexedAccess included. A folder of src/lib with a tsconfig.json of
// its own turns that option off. The compiler takes one set of options for a whole program and everything imports these
// folders, so their errors are left out here; `tsc -p tsconfig.test.json` checks them, with the option off.
import {spawnSync} from 'node:child_process'
import {existsSync, readdirSync} from 'node:fs'
import {dirname} from 'node:path'
import {fileURLToPath} from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const exempt = readdirSync(`${root}/src/lib`)
  .filter(folder => existsSync(`${root}/src/lib/${folder}/tsconfig.json`))
  .map(folder => `src/lib/${folder}/`)
const tsc = `${root}/node_modules/typescript/bin/tsc`
const {status, stdout, stderr} = spawnSync(process.execPath, [tsc, '--noEmit', '--pretty', 'false'], {
  cwd: root,
  encoding: 'utf8',
  maxBuffer: 64e6,
})

// An error begins at the start of a line, with the name of a file unless it is of the configuration; more lines about it
// are indented.
const errors = stdout.split(/\n(?=\S)/).filter(error => error.trim() !== '')
const counted = errors.filter(error => !exempt.some(folder => error.startsWith(folder)))
if (counted.length > 0) console.log(counted.join('\n').trimEnd())
if (status !== 0 && errors.length === 0) console.error(stderr || 'The compiler could not be run.')
process.exitCode = counted.length > 0 || (status !== 0 && errors.length === 0) ? 1 : 0
