// Identifies the code of the analysis, on which a cached report depends. It changes with releases and during development.
import {createHash} from 'node:crypto'
import {readFile} from 'node:fs/promises'
import {packageFile} from '../package-file.js'

/** The code that the worker thread runs (scripts/build.js). */
const CODE = ['lib/worker.cjs', 'record-scanner.wasm', 'graph.wasm', 'scans.wasm']

export async function analyzerVersion(): Promise<string> {
  const hash = createHash('sha256')
  for (const code of await Promise.all(CODE.map(name => readFile(packageFile(`dist/${name}`))))) hash.update(code)
  return hash.digest('hex')
}
