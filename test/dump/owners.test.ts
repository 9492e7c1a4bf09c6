// What a real Ruby keeps in the ways in which apps leak: the path that is shown is the one that the program knows of.
import {spawn} from 'node:child_process'
import {createWriteStream, mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {text} from 'node:stream/consumers'
import {pipeline} from 'node:stream/promises'
import {fileURLToPath} from 'node:url'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {explain, type Explanation} from '../../src/lib/analysis/explain.js'
import {readSubject} from '../../src/lib/analysis/read-subject.js'
import type {Subject} from '../../src/lib/analysis/subject.js'
import {FileChunks} from '../../src/lib/dump/chunks.js'
import {ignoreProgress} from '../../src/lib/progress.js'

const LINKS = 1_000_000
const directory = mkdtempSync(join(tmpdir(), 'heapdump-owners-'))
const file = join(directory, 'heap.json')

/** What the program says that it kept: addresses of the object, of what holds it, and of the class or thread that owns it. */
type Kept = Readonly<Record<string, {readonly address: string; readonly holder: string; readonly owner?: string}>>

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

function explained(name: string): Explanation & {kind: 'object'} {
  return explain(subject, {showValues: false, top: 10, what: kept[name].address}) as Explanation & {kind: 'object'}
}

/** `ROOT VM → Object (class) → constant Session (class) → …`, without the object itself. */
function way(name: string): string {
  return explained(name)
    .pathFromRoot.steps.slice(0, -1)
    .map(step => [step.reference, step.label, step.times > 1 ? `× ${step.times}` : null].filter(Boolean).join(' '))
    .join(' → ')
}

describe('explain shows the way that the program knows of', () => {
  it.each([
    ['session', 'ROOT VM Object (class) → constant Session (class) → constant or variable Hash, 1 entry'],
    ['price', 'ROOT VM Object (class) → constant Catalogue (module) → constant or variable Array, 1 element'],
    ['local', 'ROOT VM Ractor → Thread'],
    ['finalized', 'ROOT finalizers (ARRAY), 1 element → element Proc → variables of a block'],
    ['captured', 'ROOT VM Object (class) → constant Callbacks (class) → constant or variable Array, 1 element → element Proc → variables of a block'],
    ['registered', 'ROOT VM Object (class) → constant Registry (class) → constant or variable Array, 1 element → element anonymous class'],
    ['chain', `ROOT VM Object (class) → constant Chain (class) → constant or variable Link × ${LINKS - 1}`],
  ])('%s: %s', (name, expected) => {
    expect(way(name)).toBe(expected)
    const {pathFromRoot, dominators, type} = explained(name)
    const addresses = pathFromRoot.steps.map(step => step.address)
    expect(type).toBe('OBJECT')
    expect(addresses.at(-1)).toBe(kept[name].address)
    expect(addresses).toContain(kept[name].holder)
    if (kept[name].owner !== undefined) expect(addresses).toContain(kept[name].owner)
    // Nobody else holds any of these: what is on the way holds alone.
    expect(dominators.steps.map(step => step.address)).toEqual(addresses)
  })

  it('a payload goes with its text, the head of the chain with all that follows', () => {
    for (const name of ['session', 'price', 'local', 'finalized', 'captured', 'registered']) {
      expect(explained(name)).toMatchObject({className: 'Payload', retainedObjects: 2})
    }

    const head = explain(subject, {showValues: false, top: 10, what: kept.chain.holder})
    expect(head).toMatchObject({retainedObjects: LINKS, retainedSize: LINKS * 40})
  })

  it('a class is shown by all the ways to its instances', () => {
    const payloads = explain(subject, {showValues: false, top: 10, what: 'Payload'}) as Explanation & {kind: 'class'}
    expect(payloads.instances).toMatchObject({objects: 6, reachableObjects: 6})
    expect(new Set(payloads.instances.owners.map(({owner}) => owner))).toEqual(
      new Set(['Session (class)', 'Catalogue (module)', 'Thread', 'Callbacks (class)', 'Registry (class)', null]),
    )
    const links = explain(subject, {showValues: false, top: 10, what: 'Link'}) as Explanation & {kind: 'class'}
    expect(links.instances.owners).toEqual([{address: kept.chain.owner, memsize: LINKS * 40, objects: LINKS, owner: 'Chain (class)'}])
    const [object] = links.instances.paths
    expect(object.next[0].next[0]).toMatchObject({className: 'Link', found: LINKS, objects: LINKS})
  })
})
