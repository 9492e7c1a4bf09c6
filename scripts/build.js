// Bundles src into dist and writes oclif.manifest.json. Without the manifest, the Heroku CLI imports every command of
// the plugin whenever any heroku command starts; with it, none. `npm run lint` checks types.
import {Config, Plugin} from '@oclif/core'
import {execFileSync} from 'node:child_process'
import {readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {dirname} from 'node:path'
import {fileURLToPath} from 'node:url'
import {bundle, licenses} from './bundle.js'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
rmSync(`${root}/dist`, {force: true, recursive: true})
rmSync(`${root}/oclif.manifest.json`, {force: true})
const commands = readdirSync(`${root}/src/commands`, {recursive: true})
  .filter(name => name.endsWith('.ts'))
  .map(name => [`commands/${name.replace(/\.ts$/, '')}`, `src/commands/${name}`])
const ofCommands = await bundle({
  input: Object.fromEntries(commands),
  output: {
    // Few files: each takes a millisecond to find and load. Screens are a group of their own because scripts never need
    // Ink; code that reads a dump runs only in the worker thread.
    codeSplitting: {
      groups: [
        {
          name: 'common',
          priority: 2,
          test: /\/src\/lib\/(?:analysis\/suspects\/rule-ids\.|(?!(?:agent|analysis|doctor|heroku|mcp|postgres|query|render\/(?:html|ink)|store|tables-of-dump)\/))/,
        },
        {name: 'screens', priority: 1, test: /\/src\/lib\/render\/ink\//},
      ],
    },
    chunkFileNames: 'lib/[name].js',
    dir: 'dist',
    entryFileNames: '[name].js',
    format: 'esm',
  },
})
// The analysis thread is a single CommonJS file: a thread without the ES module loader starts in two thirds of the
// time.
const ofWorker = await bundle({
  input: {worker: 'src/lib/analysis/session/worker.ts'},
  output: {file: 'dist/lib/worker.cjs', format: 'cjs'},
})
writeFileSync(`${root}/dist/licenses.txt`, licenses([...new Set([...ofCommands, ...ofWorker])].toSorted()))
// Compiled from AssemblyScript, without imports of `abort`: it has no assertions and no memory manager.
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
// The HTML report's style and script.
const assets = `${root}/src/lib/render/html/assets`
await bundle({input: `${assets}/report.js`, output: {file: 'dist/assets/report.js', format: 'iife'}})
const STYLES = ['theme', 'page', 'suspects', 'map', 'charts', 'tables', 'narrow', 'print']
const style = STYLES.map(name => readFileSync(`${assets}/${name}.css`, 'utf8')).join('')
writeFileSync(`${root}/dist/assets/report.css`, style)

const plugin = new Plugin({errorOnManifestCreate: true, ignoreManifest: true, respectNoCacheDefault: true, root})
plugin.config = await Config.load({root})
await plugin.load()
writeFileSync(`${root}/oclif.manifest.json`, JSON.stringify(plugin.manifest, null, 1) + '\n')
