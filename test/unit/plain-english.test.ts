// Phrases that read as translated, or that the glossary has another word for, come back with habit. None is left.
import {readdirSync, readFileSync} from 'node:fs'
import {join, relative} from 'node:path'
import {fileURLToPath} from 'node:url'
import {expect, it} from 'vitest'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const ITSELF = 'test/unit/plain-english.test.ts'
const FOLDERS = ['.github', 'bench', 'buildpack', 'demo', 'docs', 'scripts', 'src', 'test']
const GENERATED = new Set(['bench/bundled', 'bench/dumps'].map(name => join(ROOT, name)))
const TEXT = /\.(?:css|html|js|json|md|rb|sh|ts|tsx|txt|yml)$|\/bin\/\w+$/

/** What is wrong, and what to write instead. */
const PHRASES: ReadonlyArray<readonly [RegExp, string]> = [
  [/\bwhose an? /i, "its owner, the owner's …"],
  [/\bnobody of\b/i, 'no agent on …'],
  [/\b(?:is|are|was|were) there already\b/i, 'already exists'],
  [/\bcan not\b/i, 'cannot'],
  [/\bthere is no space left\b/i, 'no space left on device'],
  [/\btrying on\b/i, 'retrying'],
  [/\bnot as Ruby should print\b/i, 'malformed'],
  [/\bby the GC after which\b/i, 'by generation'],
  [/\bsurvivors from (\d+) of the \1\b/i, 'survivors from all 4 traced GCs'],
  [/\btakes entries out\b/i, 'removes entries'],
  [/\b(?:kB|MB|B|GB) for nothing\b/i, 'wasting …'],
  [/\bside by side the objects\b/i, 'compaction could free …'],
  [/\bin place of\b/i, 'instead of'],
  [/\bas a rule\b/i, 'usually, or nothing'],
  [/\bgoes? without saying\b/i, 'nothing'],
  [/\bwho is told\b/i, 'nothing'],
  [/\broom that nothing is in\b/i, 'unused capacity'],
  [/\bst(?:and(?:s|ing)?|ood) still\b/i, 'pause'],
  [/\bhashed\b/i, 'redacted'],
  [/\bequal texts\b/i, 'duplicate strings'],
  [/\barmed\b/i, 'enabled'],
  [/\bretainers?\b/i, 'dominators, or referrers'],
  [/\bbiggest\b/i, 'largest'],
  [/\bpiles?\b/i, 'accumulation'],
  [/\basks? the agents how they are\b/i, 'show agent status'],
  [/\bwhat it lacks for\b/i, 'set up an app for heap dumps'],
  [/\blook at each link\b/i, 'check every step'],
  [/\bthe agent sees no room\b/i, 'memory is short'],
  [/\bfirst record for this long\b/i, 'trace allocations for this long'],
]

function* files(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, {withFileTypes: true})) {
    const path = join(folder, entry.name)
    if (GENERATED.has(path)) continue
    if (entry.isDirectory()) yield* files(path)
    else if (entry.isFile() && TEXT.test(path)) yield path
  }
}

it('is what everything is written in', () => {
  const documents = readdirSync(ROOT).filter(name => name.endsWith('.md') || name === 'package.json')
  const paths = [
    ...documents.map(name => join(ROOT, name)),
    ...FOLDERS.flatMap(folder => [...files(join(ROOT, folder))]),
  ]
  const found = paths
    .filter(path => relative(ROOT, path) !== ITSELF)
    .flatMap(path =>
      readFileSync(path, 'utf8')
        .split('\n')
        .flatMap((line, at) =>
          PHRASES.filter(([phrase]) => phrase.test(line)).map(
            ([phrase, better]) => `${relative(ROOT, path)}:${at + 1} ${phrase.exec(line)?.[0]} → ${better}`,
          ),
        ),
    )
  expect(found).toEqual([])
})
