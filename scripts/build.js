// Compiles src to dist and writes oclif.manifest.json. Without the manifest the Heroku CLI imports every command of
// the plugin each time any heroku command starts; with it, none.
import {Config, Plugin} from '@oclif/core'
import {execFileSync} from 'node:child_process'
import {cpSync, rmSync, writeFileSync} from 'node:fs'
import {dirname} from 'node:path'
import {fileURLToPath} from 'node:url'
import {build} from 'rolldown'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
rmSync(`${root}/dist`, {force: true, recursive: true})
rmSync(`${root}/oclif.manifest.json`, {force: true})
execFileSync(process.execPath, [`${root}/node_modules/typescript/bin/tsc`, '-p', root], {stdio: 'inherit'})
// From AssemblyScript. Its imports of `abort` are left out: it has no assertions, and no memory manager.
const assembly = [
  '--runtime',
  'stub',
  '--noAssert',
  '--use',
  'abort=',
  '--enable',
  'simd',
  '--enable',
  'bulk-memory',
  '-O3',
]
const assemble = (source, target, ...options) =>
  execFileSync(
    process.execPath,
    [`${root}/node_modules/assemblyscript/bin/asc.js`, source, '--outFile', target, ...assembly, ...options],
    {cwd: root, stdio: 'inherit'},
  )
assemble('src/wasm/record-scanner.ts', 'dist/record-scanner.wasm')
assemble('src/wasm/graph/index.ts', 'dist/graph.wasm', '--importMemory')
assemble('src/wasm/scans/index.ts', 'dist/scans.wasm', '--importMemory')
// The analysis's thread in one file: to find and load its hundred modules takes longer than to read a small dump. CommonJS and without
// comments, since a thread that has no use for the loader of modules starts in two thirds of the time. Names stay, for stacks.
// It lies as deep as src/lib/wasm/compiled-file.ts does, which finds what is compiled from there.
const session = `${root}/dist/lib/analysis/session`
const worker = `${root}/dist/lib/analysis/worker.cjs`
const minify = {codegen: {removeWhitespace: true}, compress: false, mangle: false}
await build({
  input: `${session}/worker.js`,
  logLevel: 'warn',
  output: {file: worker, format: 'cjs', minify},
  platform: 'node',
})
rmSync(`${session}/worker.js`)
// What is no TypeScript: style and script of the HTML report.
cpSync(`${root}/src/lib/render/html/assets`, `${root}/dist/lib/render/html/assets`, {recursive: true})

const plugin = new Plugin({errorOnManifestCreate: true, ignoreManifest: true, respectNoCacheDefault: true, root})
plugin.config = await Config.load({root})
await plugin.load()
writeFileSync(`${root}/oclif.manifest.json`, JSON.stringify(plugin.manifest, null, 1) + '\n')
