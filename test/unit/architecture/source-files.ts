// What the rules of src/README.md are about: files, what they import, and how.
import {readFileSync, readdirSync} from 'node:fs'
import {dirname, join, relative, resolve} from 'node:path'
import {fileURLToPath} from 'node:url'

const source = join(dirname(fileURLToPath(import.meta.url)), '../../../src')

/** Text by path below src. */
export type Files = ReadonlyMap<string, string>

export type Import = {
  readonly specifier: string
  /** `import type` or `export type`. `import {type T}` stays at run time (verbatimModuleSyntax): it loads the file. */
  readonly isType: boolean
}

export const readme = readFileSync(join(source, 'README.md'), 'utf8')

export const files: Files = new Map(
  readdirSync(source, {recursive: true, withFileTypes: true})
    .filter(entry => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map(entry => join(entry.parentPath, entry.name))
    .map(path => [relative(source, path), readFileSync(path, 'utf8')]),
)

/** Code alone: what a comment says imports nothing, and prints nothing. */
export function withoutComments(text: string): string {
  return text.replace(/^\s*(?:\/\/|\/\*|\*).*$/gm, '')
}

export function importsOf(text: string): Import[] {
  const code = withoutComments(text)
  const statements = [...code.matchAll(/^(?:import|export) (type )?(?:[\w\s,{}*$]*? from )?['"]([^'"]+)['"]/gm)]
  const calls = [...code.matchAll(/\bimport\(\s*['"`]([^'"`]+)['"`]/g)]
  return [
    ...statements.map(([, type, specifier]) => ({isType: type !== undefined, specifier})),
    ...calls.map(([, specifier]) => ({isType: false, specifier})),
  ]
}

/** The file that a relative import loads; AssemblyScript's have no extension. */
export function targetOf(file: string, specifier: string, among: Files = files): string {
  const path = resolve('/', dirname(file), specifier).slice(1).replace(/\.js$/, '')
  return [`${path}.ts`, `${path}.tsx`].find(one => among.has(one)) ?? `${path}.ts`
}
