// Makes few files out of many, libraries included: finding and loading a hundred modules of our own, and the 415 that
// Ink brings, takes longer than reading a small dump. And nothing that is bundled runs a script when it is installed.
import {readdirSync, readFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {build} from 'rolldown'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** oclif finds commands by its own class. The others are native code: what tries to load them does without. */
const EXTERNAL = [/^@oclif\/core/, 'cpu-features', 'pg-native', /sshcrypto\.node$/]

/** Modules of libraries that a bundle, or this plugin, needs to be otherwise: a part of the path, and what becomes of the code. */
const EDITS = {
  // Reports trouble with the credential store to Sentry. We report nothing to anybody.
  '/lib/cli-command-telemetry.js': () => 'export const reportCredentialStoreError = async () => {}',
  // Requires modules by names in a variable, which no bundler can follow.
  '/@heroku/http-call/lib/deps.js': code => code.replaceAll('return fetch(', 'return require('),
  // For Ink's own developers.
  '/ink/build/devtools.js': () => 'export {}',
  // Names a program of Windows and a file that it has within itself: neither is read, but a bundle has no such name.
  '/ssh2/lib/': code => `const __dirname = '.';\n${code}`,
  // Calculates Ink's layouts. It would fetch its own code from a data URL, and Node load its HTTP client for that.
  '/yoga-layout/dist/binaries/': code => `const fetch = undefined;\n${code}`,
}
const editModules = {
  name: 'edit-modules',
  transform: (code, id) => Object.entries(EDITS).find(([part]) => id.includes(part))?.[1](code) ?? null,
}

/**
 * Each input becomes a file of its own, what several need becomes a chunk in `lib`.
 * @param {{input: Record<string, string>, output: object}} options
 * @returns {Promise<string[]>} folders of the packages whose code is in it
 */
export async function bundle({input, output}) {
  const {output: files} = await build({
    cwd: root,
    external: EXTERNAL,
    input,
    // That a module is in the chunk that everything needs is meant.
    checks: {ineffectiveDynamicImport: false},
    logLevel: 'warn',
    output: {
      // Without comments. Names stay, for stack traces.
      minify: {codegen: {removeWhitespace: true}, compress: false, mangle: false},
      ...output,
    },
    platform: 'node',
    plugins: [editModules],
    // React has a slower half for developers.
    transform: {define: {'process.env.NODE_ENV': '"production"'}},
  })
  const modules = files.flatMap(file => (file.type === 'chunk' ? file.moduleIds : []))
  return [...new Set(modules.flatMap(id => /^\/.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id) ?? []))].toSorted()
}

/** What licenses ask for: their texts, for all packages that are passed on in the bundle. */
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
