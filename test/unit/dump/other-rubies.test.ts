// Dumps that Ruby 2.7 and 3.4 have written of test/support/ruby/owners.rb (with 60 links): the ways to what it kept are
// those of 3.1, which test/dump makes its own dumps of.
import {readFileSync} from 'node:fs'
import {describe, expect, it} from 'vitest'
import {isNamedModule} from '../../../src/lib/analysis/objects/class-names.js'
import {explain} from '../../../src/lib/analysis/explain/explain.js'
import {Subject} from '../../../src/lib/analysis/objects/subject.js'
import {FLAG} from '../../../src/lib/heap/columns.js'
import {TYPE} from '../../../src/lib/heap/object-types.js'
import {read} from '../../support/dump-text.js'
import {type Kept, WAYS, wayTo} from '../../support/owners.js'

const LINKS = 60

const fixture = (name: string) => readFileSync(new URL(`../../fixtures/dumps/${name}`, import.meta.url))
const subjectOf = async (ruby: string) => new Subject(ruby, await read(fixture(`${ruby}-owners.json.gz`)))
const keptIn = (ruby: string) => JSON.parse(fixture(`${ruby}-owners.kept.json`).toString()) as Kept

const ways = {...WAYS, chain: WAYS.chain(LINKS)}

describe.each([
  // No Ractors, and a list of two for each finalizer.
  [
    'ruby-2.7',
    {
      ...ways,
      finalized: ways.finalized.replace('element Proc', 'element Array, 2 elements → element Proc'),
      local: 'ROOT VM Thread of Worker',
    },
  ],
  ['ruby-3.4', ways],
])('%s', (ruby, expected) => {
  it('shows the ways that the program knows of', async () => {
    const subject = await subjectOf(ruby)
    const kept = keptIn(ruby)
    expect(Object.fromEntries(Object.keys(kept).map(name => [name, wayTo(subject, kept, name)]))).toEqual(expected)
  })

  it('has one class of each name, and a singleton class for each class', async () => {
    const {heap} = await subjectOf(ruby)
    const {flags, types} = heap.columns
    const modules = [...heap.scans.select.ofTypes([TYPE.CLASS, TYPE.MODULE])]
    const names = modules.filter(index => isNamedModule(heap, index)).map(index => heap.detail(index))
    expect(names.filter((name, at) => names.indexOf(name) !== at || name?.startsWith('#<'))).toEqual([])
    const classes = modules.filter(index => types[index] === TYPE.CLASS && isNamedModule(heap, index))
    expect(modules.filter(index => (flags[index] & FLAG.singleton) !== 0).length).toBeGreaterThan(classes.length)
  })

  it('finds a class by its name', async () => {
    const subject = await subjectOf(ruby)
    const explanation = explain(subject, {showValues: false, top: 0, what: 'Payload'})
    expect(explanation).toMatchObject({instances: {objects: 7, reachableObjects: 7}, kind: 'class'})
  })
})
