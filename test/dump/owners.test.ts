// A real Ruby process that holds objects in all the ways in which apps leak: the paths we show are those that the
// program knows.
import {spawn} from 'node:child_process'
import {createWriteStream, mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {text} from 'node:stream/consumers'
import {pipeline} from 'node:stream/promises'
import {fileURLToPath} from 'node:url'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {explain, type Explanation} from '../../src/lib/analysis/explain/explain.js'
import {readSubject} from '../../src/lib/analysis/session/read-subject.js'
import type {Subject} from '../../src/lib/analysis/objects/subject.js'
import {FileChunks} from '../../src/lib/dump/chunks.js'
import {ignoreProgress} from '../../src/lib/progress.js'
import {explainedKept, type Kept, PATHS, pathTo} from '../support/owners.js'

const LINKS = 1_000_000
const directory = mkdtempSync(join(tmpdir(), 'heapdump-owners-'))
const file = join(directory, 'heap.json')

let kept: Kept
let subject: Subject

beforeAll(async () => {
  const script = fileURLToPath(new URL('../support/ruby/owners.rb', import.meta.url))
  const ruby = spawn('ruby', [script, String(LINKS)], {stdio: ['ignore', 'pipe', 'pipe']})
  const [said] = await Promise.all([text(ruby.stderr), pipeline(ruby.stdout, createWriteStream(file))])
  kept = JSON.parse(said) as Kept
  subject = await readSubject({source: file, storedBytes: null}, new FileChunks(file), {onProgress: ignoreProgress})
})

afterAll(() => rmSync(directory, {recursive: true}))

describe('explain shows the path that the program reported', () => {
  it.each(Object.entries({...PATHS, chain: PATHS.chain(LINKS)}))('%s: %s', (name, expected) => {
    expect(pathTo(subject, kept, name)).toBe(expected)
    const {pathFromRoot, dominators} = explainedKept(subject, kept, name)
    // Nothing else holds any of these, so every step of the path dominates.
    expect(dominators.steps.map(step => step.address)).toEqual(pathFromRoot.steps.map(step => step.address))
  })

  it('a payload retains its string, the head of the chain everything after it', () => {
    for (const name of ['session', 'price', 'local', 'finalized', 'captured', 'registered', 'attached']) {
      expect(explainedKept(subject, kept, name)).toMatchObject({className: 'Payload', retainedObjects: 2})
    }

    const head = explain(subject, {showValues: false, top: 10, what: kept.chain.holder})
    expect(head).toMatchObject({retainedObjects: LINKS, retainedSize: LINKS * 40})
  })

  it('a class is shown with all paths to its instances', () => {
    const payloads = explain(subject, {showValues: false, top: 10, what: 'Payload'}) as Explanation & {kind: 'class'}
    expect(payloads.instances).toMatchObject({objects: 7, reachableObjects: 7})
    expect(new Set(payloads.instances.owners.map(({owner}) => owner))).toEqual(
      new Set([
        'Session (class)',
        'Catalogue (module)',
        'Thread of Worker',
        'Callbacks (class)',
        'Registry (class)',
        'Promotion (module)',
        null,
      ]),
    )
    const links = explain(subject, {showValues: false, top: 10, what: 'Link'}) as Explanation & {kind: 'class'}
    expect(links.instances.owners).toEqual([
      {address: kept.chain.owner, memsize: LINKS * 40, objects: LINKS, owner: 'Chain (class)'},
    ])
    const [object] = links.instances.paths
    expect(object.next[0].next[0]).toMatchObject({className: 'Link', found: LINKS, objects: LINKS})
  })
})
