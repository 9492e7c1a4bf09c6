// Dumps that other Rubies have written of test/support/ruby/owners.rb (with 60 links): the paths to what it kept are those
// of 3.1, which test/dump makes its own dumps of. And of variables.rb: Ruby keeps instance variables in different places.
// Those of 3.2, 4.0 and 4.1 come from `npm run wasm-dumps`; these builds have no threads.
import {readFileSync} from 'node:fs'
import {describe, expect, it} from 'vitest'
import {isNamedModule} from '../../../src/lib/analysis/objects/class-names.js'
import {explain} from '../../../src/lib/analysis/explain/explain.js'
import {Subject} from '../../../src/lib/analysis/objects/subject.js'
import {FLAG, NONE} from '../../../src/lib/heap/columns.js'
import {TYPE} from '../../../src/lib/heap/object-types.js'
import {read} from '../../support/dump-text.js'
import {explainedKept, type Kept, PATHS, pathTo} from '../../support/owners.js'

const LINKS = 60

const fixture = (name: string) => readFileSync(new URL(`../../fixtures/dumps/${name}`, import.meta.url))
const subjectOf = async (dump: string) => new Subject(dump, await read(fixture(`${dump}.json.gz`)))
const keptIn = (dump: string) => JSON.parse(fixture(`${dump}.kept.json`).toString()) as Kept

const paths = {...PATHS, chain: PATHS.chain(LINKS)}
const {local: _, ...threadless} = paths
/** A class's variables have their names from 4.0 on, and a list of finalizers begins with the object's id. */
const named = {
  ...threadless,
  chain: threadless.chain.replace('constant or variable Link', '@head Link'),
  finalized: threadless.finalized.replace('1 element', '2 elements'),
  session: threadless.session.replace('constant or variable Hash', '@by_token Hash'),
}

describe.each([
  // 2.7 has no Ractors, and a list of two for each finalizer.
  [
    'ruby-2.7',
    {
      ...paths,
      finalized: paths.finalized.replace('element Proc', 'element Array, 2 elements → element Proc'),
      local: 'ROOT VM Thread of Worker',
    },
  ],
  ['ruby-3.2', threadless],
  ['ruby-3.4', paths],
  ['ruby-4.0', named],
  ['ruby-4.1', named],
])('%s', (ruby, expected) => {
  it('shows the paths that the program reported', async () => {
    const subject = await subjectOf(`${ruby}-owners`)
    const kept = keptIn(`${ruby}-owners`)
    expect(Object.fromEntries(Object.keys(kept).map(name => [name, pathTo(subject, kept, name)]))).toEqual(expected)
  })

  it('has one class of each name, and a singleton class for each class', async () => {
    const {heap} = await subjectOf(`${ruby}-owners`)
    const {flags, types} = heap.columns
    const modules = [...heap.scans.select.ofTypes([TYPE.CLASS, TYPE.MODULE])]
    const names = modules.filter(index => isNamedModule(heap, index)).map(index => heap.detail(index))
    expect(names.filter((name, at) => names.indexOf(name) !== at || name?.startsWith('#<'))).toEqual([])
    const classes = modules.filter(index => types[index] === TYPE.CLASS && isNamedModule(heap, index))
    expect(modules.filter(index => (flags[index] & FLAG.singleton) !== 0).length).toBeGreaterThan(classes.length)
  })

  it('finds a class by name', async () => {
    const subject = await subjectOf(`${ruby}-owners`)
    const explanation = explain(subject, {showValues: false, top: 0, what: 'Payload'})
    const objects = ruby === 'ruby-2.7' || ruby === 'ruby-3.4' ? 7 : 6
    expect(explanation).toMatchObject({instances: {objects, reachableObjects: objects}, kind: 'class'})
  })
})

/** By name in variables.rb. Before 4.0 only variables of plain objects have names. */
const VARIABLES = {
  class: '@payload',
  group: '@payload',
  list: '@payload',
  narrow: '@last',
  record: '@payload',
  table: '@payload',
  text: '@payload',
  wide: '@last',
}
const BEFORE = {
  ...VARIABLES,
  class: 'constant or variable',
  list: 'element',
  record: 'member',
  table: 'key or value',
  text: null,
}

describe.each([
  ['ruby-3.4', BEFORE],
  ['ruby-4.0', VARIABLES],
  ['ruby-4.1', VARIABLES],
])('instance variables of %s', (ruby, names) => {
  it('are held by their object, wherever Ruby stores them', async () => {
    const [subject, kept] = [await subjectOf(`${ruby}-variables`), keptIn(`${ruby}-variables`)]
    const found = Object.keys(kept).map(name => {
      const {steps} = explainedKept(subject, kept, name).pathFromRoot
      expect(steps.at(-2)?.address).toBe(kept[name].holder)
      expect(steps.map(step => step.address)).toContain(kept[name].owner)
      return [name, steps.at(-1)?.reference]
    })
    expect(Object.fromEntries(found)).toEqual(names)
  })

  it('do not count as instances of their object', async () => {
    const {heap} = await subjectOf(`${ruby}-variables`)
    const {classes} = heap.columns
    expect(heap.scans.select.ofTypes([TYPE.IMEMO]).filter(index => classes[index] !== NONE)).toEqual(new Int32Array())
  })
})
