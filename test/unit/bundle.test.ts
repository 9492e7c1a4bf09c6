// The plugin as it is installed: of all libraries only oclif is a package there, the others are in the bundle.
import {execFile} from 'node:child_process'
import {readdirSync, readFileSync} from 'node:fs'
import {isBuiltin} from 'node:module'
import {fileURLToPath} from 'node:url'
import {promisify} from 'node:util'
import {expect, it} from 'vitest'
import {runPlugin} from '../support/run-plugin.js'

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const dist = file('../../dist')
const dump = file('../fixtures/dumps/ruby-4.0-traced.json.gz')
const files = readdirSync(dist, {recursive: true, encoding: 'utf8'}).filter(name => /\.c?js$/.test(name))

const dataUrl = (code: string) => `data:text/javascript,${encodeURIComponent(code)}`
/** An environment in which Node loads modules through `hook`. */
const hooked = (hook: string) => ({
  NODE_OPTIONS: `--import ${dataUrl(`import {register} from 'node:module'; register(${JSON.stringify(dataUrl(hook))})`)}`,
})

/** Native code that the others try to load and do without, and packages that only a message names. */
const TRIED = [
  '@aws-sdk/signature-v4-crt',
  '@aws-sdk/signature-v4a',
  '@duckdb/node-api',
  '@duckdb/node-bindings',
  'cpu-features',
  'pg-native',
]

it('needs no package but oclif', () => {
  const imports = /\b(?:from|import|import\(|_*require\()\s*["'`]((?:@[\w.-]+\/)?[a-z][\w.-]+)(?:\/[\w./-]+)?["'`]/g
  const names = files.flatMap(name =>
    [...readFileSync(`${dist}/${name}`, 'utf8').matchAll(imports)].map(match => match[1]),
  )
  const packages = new Set(names.filter(name => !isBuiltin(name) && !name.startsWith('.')))
  expect([...packages].toSorted()).toEqual([...TRIED, '@oclif/core'].toSorted())
})

it('cannot report to the makers of a library', () => {
  for (const name of files)
    expect(readFileSync(`${dist}/${name}`, 'utf8'), name).not.toMatch(/@sentry|sentry\.io|@opentelemetry/)
})

it('requires nothing by a name that the bundler could not see', () => {
  const dynamic = files.flatMap(name => [...readFileSync(`${dist}/${name}`, 'utf8').matchAll(/__require\([^)"'`]+\)/g)])
  // A configuration file of yargs, which nobody passes.
  expect(dynamic.map(([call]) => call)).toEqual(['__require(path)'])
})

it('can be loaded, every file of it', async () => {
  const modules = files.filter(name => name.endsWith('.js') && !name.startsWith('assets/'))
  const code = modules.map(name => `await import(${JSON.stringify(`${dist}/${name}`)})`).join('\n')
  const {stderr} = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', code])
  expect(stderr).toBe('')
})

it('loads no client of a server, no server and not Ink to write JSON of a local file', async () => {
  const hook = `import {writeSync} from 'node:fs'
export async function load(url, context, next) {
  if (url.includes('/dist/lib/')) writeSync(2, url.replace(/.*\\//, '') + '\\n')
  return next(url, context)
}`
  const loaded = async (...args: string[]) => {
    const {code, stderr} = await runPlugin(['heapdump:analyze', dump, '--no-cache', ...args], {env: hooked(hook)})
    expect(code).toBe(0)
    return stderr.trim().split('\n').toSorted()
  }
  const json = await loaded('--json')
  expect(json).toContain('common.js')
  expect(json).not.toContain('serve.js')
  expect(json).not.toContain('screens.js')
  expect(files).toContain('lib/serve.js')
  expect(await loaded()).toContain('screens.js')
})
