// Where compiled WebAssembly is: in `dist`, for the sources and for what is built of them. This file and the bundled worker
// (scripts/build.js) lie equally deep, so one address serves both.
import {readFileSync} from 'node:fs'

export type CompiledName = 'graph' | 'record-scanner' | 'scans'

export function compiledFile(name: CompiledName): Uint8Array {
  return readFileSync(new URL(`../../../dist/${name}.wasm`, import.meta.url))
}
