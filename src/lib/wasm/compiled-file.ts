// Reads compiled WebAssembly from `dist`, for the sources and for the bundle.
import {readFileSync} from 'node:fs'
import {packageFile} from '../package-file.js'

export type CompiledName = 'graph' | 'record-scanner' | 'scans'

export function compiledFile(name: CompiledName): Uint8Array {
  return readFileSync(packageFile(`dist/${name}.wasm`))
}
