// Bundles many files into few, libraries included: finding and loading a hundred modules of our own, and the 415 that
// Ink brings, takes longer than reading a small dump. And no bundled library can run an install script.
import {readdirSync, readFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {build} from 'rolldown'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** oclif recognizes commands by its own class. The others are native code, and optional to the code that loads
 * them. */
const EXTERNAL = [/^@oclif\/core/, /^@duckdb\//, 'cpu-features', 'pg-native', /sshcrypto\.node$/]

/** Library modules to change for the bundle or this plugin: a part of the path, and a function from old code to new. */
const EDITS = {
  // Reports problems with the credential store to Sentry. We send no reports to anyone.
  '/lib/cli-command-telemetry.js': () => 'export const reportCredentialStoreError = async () => {}',
  // Requires modules whose names are in a variable, so no bundler can follow them.
  '/@heroku/http-call/lib/deps.js': code => code.replaceAll('return fetch(', 'return require('),
  // Would compile JSON schemas for answers to the server's questions. We ask one, and check the answer ourselves.
  '/sdk/dist/esm/validation/ajv-provider.js': () =>
    'export class AjvJsonSchemaValidator { getValidator() { return data => ({data, valid: true}) } }',
  // Messages in 50 languages.
  '/zod/v4/locales/index.js': () => "export {default as en} from './en.js'",
  // Only Ink's own developers need it.
  '/ink/build/devtools.js': () => 'export {}',
  // Builds two paths from __dirname, which an ES module lacks: neither file is ever read.
  '/ssh2/lib/': code => `const __dirname = '.';\n${code}`,
  // Ink's layout engine. It would fetch its own code from a data URL, for which Node would load its HTTP client.
  '/yoga-layout/dist/binaries/': code => `const fetch = undefined;\n${code}`,
}
const editModules = {
  name: 'edit-modules',
  transform: (code, id) => Object.entries(EDITS).find(([part]) => id.includes(part))?.[1](code) ?? null,
}

/**
 * Bundles each input into its own file, and code that several inputs need into chunks in `lib`.
 * @param {{input: Record<string, string>, output: object}} options
 * @returns {Promise<string[]>} folders of the packages with code in the bundle
 */
export async function bundle({input, output}) {
  const {output: files} = await build({
    cwd: root,
    external: EXTERNAL,
    input,
    // It is fine to import() a module that is in the common chunk anyway.
    checks: {ineffectiveDynamicImport: false},
    logLevel: 'warn',
    output: {
      // Drops comments, but keeps names for stack traces.
      minify: {codegen: {removeWhitespace: true}, compress: false, mangle: false},
      ...output,
    },
    platform: 'node',
    plugins: [editModules],
    // Selects React's production build: its development build is slower.
    transform: {define: {'process.env.NODE_ENV': '"production"'}},
  })
  const modules = files.flatMap(file => (file.type === 'chunk' ? file.moduleIds : []))
  return [...new Set(modules.flatMap(id => /^\/.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id) ?? []))].toSorted()
}

/** The license texts of all packages in the bundle, which most licenses require us to include. */
export function licenses(packages) {
  const namesOfText = new Map()
  for (const folder of packages) {
    const {license, name, version} = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    const file = readdirSync(folder).find(one => /^(licen[cs]e|copying)/i.test(one))
    const text = file ? readFileSync(join(folder, file), 'utf8').trim() : ''
    namesOfText.set(text, [...(namesOfText.get(text) ?? []), `${name} ${version} (${license})`])
  }

  return [...namesOfText].map(([text, names]) => `${names.join('\n')}\n\n${text}\n`).join(`\n${'-'.repeat(80)}\n\n`)
}
