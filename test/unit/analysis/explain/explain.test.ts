import {beforeAll, describe, expect, it} from 'vitest'
import {explain, type Explanation} from '../../../../src/lib/analysis/explain/explain.js'
import type {UserError} from '../../../../src/lib/errors.js'
import {heapOf, type WrittenHeap} from '../../../support/heaps.js'
import {statementCache} from '../../../support/statement-cache.js'

type ObjectExplained = Explanation & {kind: 'object'}
type ClassExplained = Explanation & {kind: 'class'}

let heap: WrittenHeap
beforeAll(async () => {
  heap = await statementCache()
})

const explained = (what: string, options: {showValues?: boolean; top?: number} = {}) =>
  explain(heap.subject, {showValues: false, top: 0, what, ...options})
const object = (name: string, options = {}) => explained(heap.address(name), options) as ObjectExplained

function failure(what: string, of = heap): UserError {
  try {
    explain(of.subject, {showValues: false, top: 0, what})
  } catch (error) {
    return error as UserError
  }

  throw new Error(`${what} was found.`)
}

describe('an object', () => {
  it('is shown with its own fields', () => {
    expect(object('cache')).toMatchObject({
      className: 'Hash',
      generation: 5,
      label: 'Hash, 30 entries',
      memsize: 3000,
      reachable: true,
      size: 30,
      strength: 'owning',
      type: 'HASH',
      variables: [],
      site: {file: '/app/vendor/bundle/ruby/3.3.0/gems/activerecord-7.2.2/lib/pool.rb', line: 14, method: null},
    })
    expect(object('request')).toMatchObject({strength: 'incidental', variables: ['@path', '@params']})
  })

  it('retains what it dominates, by class', () => {
    // 30 × (a string of 1,200, a Hash of 600, its string of 40), and the table itself.
    const {retainedSize, retainedObjects, retainedByClass} = object('cache')
    expect({retainedObjects, retainedSize}).toEqual({retainedObjects: 91, retainedSize: 3000 + 30 * (1200 + 600 + 40)})
    expect(retainedByClass).toEqual([
      {memsize: 30 * 1240, name: 'String', objects: 60},
      {memsize: 3000 + 30 * 600, name: 'Hash', objects: 31},
    ])
  })

  it('has a path from the root with a name for every step', () => {
    expect(
      object('plan7').pathFromRoot.steps.map(({address, reference, dominates}) => [
        heap.name(address),
        reference,
        dominates,
      ]),
    ).toEqual([
      ['Object', 'ROOT VM', true],
      ['IssuesQuery', 'constant', true],
      ['pool', 'constant or variable', true],
      ['cache', '@cache', true],
      ['plan7', 'key or value', true],
    ])
  })

  it('is followed down to where its memory is, with similar children grouped there', () => {
    const {descent, children} = object('IssuesQuery')
    expect(descent.steps.map(step => heap.name(step.address))).toEqual(['pool', 'cache'])
    expect(children.map(({label, objects, retainedSize}) => ({label, objects, retainedSize}))).toEqual([
      {label: 'String, 1.1 kB, SQL', objects: 30, retainedSize: 36_000},
      {label: 'Hash, 2 entries', objects: 30, retainedSize: 19_200},
    ])
  })

  it('has owning and other referrers', () => {
    const {referrers, references} = object('cache')
    const rows = referrers.rows.map(({addresses, owns, strength, reference}) => [
      addresses.map(one => heap.name(one)),
      owns,
      strength,
      reference,
    ])
    expect(rows).toEqual([
      [['pool'], true, 'owning', '@cache'],
      [['thread'], false, 'incidental', 'stack or thread-local'],
    ])
    expect(referrers).toMatchObject({objects: 2, owning: 1})
    expect(references).toMatchObject({objects: 61, owning: 60})
    expect(
      object('IssuesQuery').referrers.rows.map(({addresses, strength}) => [heap.name(addresses[0]), strength]),
    ).toEqual([
      ['Object', 'owning'],
      ['callcache', 'cache'],
    ])
  })

  it('does not show its value unless requested', () => {
    expect(object('eur1').value).toBeNull()
    expect(object('eur1', {showValues: true}).value).toBe('EUR')
    // Occurs once: the reader did not keep it.
    expect(object('path', {showValues: true}).value).toBeNull()
  })

  it('is garbage if nothing holds it', () => {
    expect(object('garbage')).toMatchObject({
      pathFromRoot: {length: 0, steps: []},
      reachable: false,
      retainedSize: 0,
      strength: null,
    })
  })
})

describe('a class', () => {
  it('is shown with the class itself and all paths to its instances', () => {
    const {instances, module} = explained('String') as ClassExplained
    expect(module && heap.name(module.address)).toBe('String')
    expect(instances).toMatchObject({
      memsize: 36_000 + 1200 + 120,
      objects: 63,
      reachableObjects: 63,
      retainedObjects: 63,
      retainedSize: 37_320,
    })
    const [main, other] = instances.paths
    expect([main.label, main.leadsTo, other.label, other.leadsTo]).toEqual(['Object (class)', 60, 'Request', 3])
    const table = main.next[0].next[0].next[0]
    // The statements' Hashes are Hashes in a Hash: one step.
    expect(table).toMatchObject({className: 'Hash', found: 0, leadsTo: 60, objects: 31, reference: '@cache'})
    expect(table.next).toMatchObject([
      {className: 'String', found: 60, leadsTo: 60, objects: 60, reference: 'key or value'},
    ])
    expect(instances.owners).toEqual([
      {address: heap.address('IssuesQuery'), memsize: 37_200, objects: 60, owner: 'IssuesQuery (class)'},
      {address: null, memsize: 120, objects: 3, owner: null},
    ])
    expect(instances.sites[0]).toEqual({
      file: '/app/app/queries/issues_query.rb',
      line: 11,
      memsize: 36_000,
      objects: 30,
    })
    expect(instances.generations[0]).toEqual({generation: 10, memsize: 1240, objects: 2})
  })

  it('counts what its instances retain once, even if they dominate each other', () => {
    const {instances} = explained('Hash') as ClassExplained
    expect(instances.retainedSize).toBe(3000 + 30 * 1840 + 168 + 80)
  })

  it('limits rows, and says how many branches it left out', () => {
    const {instances} = explained('String', {top: 1}) as ClassExplained
    expect(instances.paths).toHaveLength(1)
    expect(instances.largest).toHaveLength(1)
    expect(instances.sites).toHaveLength(1)
  })

  it.each(['pool', 'StatementPool', '(IMEMO callcache)'])('is found by %s', name => {
    if (name === 'pool') expect(failure(name).hint).toContain('StatementPool')
    else expect(explained(name)).toMatchObject({instances: {objects: 1}, kind: 'class', name})
  })
})

describe('a line of code', () => {
  it.each([
    '/app/app/queries/issues_query.rb:11',
    'issues_query.rb:11',
    'queries/issues_query.rb:11',
    'app/queries/issues_query.rb:11',
  ])('%s', what => {
    expect(explained(what)).toMatchObject({
      file: '/app/app/queries/issues_query.rb',
      instances: {objects: 30},
      kind: 'site',
      line: 11,
    })
  })

  it('is found as screens show it', () => {
    expect(explained('activerecord-7.2.2 lib/pool.rb:14')).toMatchObject({instances: {objects: 1}, line: 14})
  })

  it('may be a whole file', () => {
    expect(explained('issues_query.rb')).toMatchObject({instances: {objects: 92}, line: null})
  })
})

describe('an unknown name', () => {
  it.each([
    ['0x7f0000010001', 'no_such_object', /0x7f0000010000/],
    ['0x1', 'no_such_object', /one dump only/],
    ['IsuesQuery', 'no_such_class', /IssuesQuery/],
    ['Frobnicator', 'no_such_class', /--section classes lists/],
    ['issues_query.rb:13', 'no_such_site', /issues_query\.rb:12/],
    ['isues_query.rb:11', 'no_such_site', /app\/queries\/issues_query\.rb/],
    ['pool.rb', 'ambiguous_site', /puma\/pool\.rb/],
  ])('%s: %s', (what, code, hint) => {
    const error = failure(what)
    expect(error.code).toBe(code)
    expect(error.hint).toMatch(hint)
    expect(error.message).toContain(what)
  })

  it('of a line, in an untraced dump', async () => {
    const error = failure('app.rb:3', await heapOf('ROOT vm > a\n a STRING 40'))
    expect(error).toMatchObject({code: 'no_such_site', hint: expect.stringContaining('--trace')})
  })
})

it('a path of many similar objects has few steps', async () => {
  const links = 2000
  const lines = Array.from(
    {length: links},
    (_, at) => `n${at} OBJECT:Node 40 > ${at === links - 1 ? 'end' : `n${at + 1}`}`,
  )
  const chain = await heapOf(
    `ROOT vm > Chain\nChain CLASS 100 name=Chain > n0\nNode CLASS 100 name=Node\nend STRING 40\n${lines.join('\n')}`,
  )
  const {pathFromRoot, dominators} = explain(chain.subject, {
    showValues: false,
    top: 0,
    what: chain.address('end'),
  }) as ObjectExplained
  expect(pathFromRoot.length).toBe(links + 2)
  expect(pathFromRoot.steps.map(({address, times}) => [chain.name(address), times])).toEqual([
    ['Chain', 1],
    ['n0', links],
    ['end', 1],
  ])
  expect(dominators).toEqual(pathFromRoot)
})

it('each named class or module on a path is a step, but runs of singleton and anonymous classes are merged', async () => {
  const names = ['Admin', 'Reports', 'Export', 'Csv', 'Writer', 'Buffer']
  const nested = names.map(
    (name, at) => `${name} CLASS:Class 100 name=${names.slice(0, at + 1).join('::')} > ${names[at + 1] ?? 'a0'}`,
  )
  const anonymous = Array.from(
    {length: 6},
    (_, at) =>
      `a${at} CLASS:Class 100 ${at % 2 ? 'singleton=true real_class_name=Class' : ''} > ${at === 5 ? 'end' : `a${at + 1}`}`,
  )
  const nestedHeap = await heapOf(
    `ROOT vm > Admin\nClass CLASS 100 name=Class\n${nested.join('\n')}\n${anonymous.join('\n')}\nend STRING 40`,
  )
  const {pathFromRoot} = explain(nestedHeap.subject, {
    showValues: false,
    top: 0,
    what: nestedHeap.address('end'),
  }) as ObjectExplained
  expect(pathFromRoot.steps.map(({address, times}) => [nestedHeap.name(address), times])).toEqual([
    ...names.map(name => [name, 1]),
    ['a0', 6],
    ['end', 1],
  ])
})

it('a long path of different kinds is cut in the middle, and says so', async () => {
  const lines = Array.from(
    {length: 100},
    (_, at) => `n${at} ${at % 2 ? 'ARRAY' : 'HASH'} 40 > ${at === 99 ? 'end' : `n${at + 1}`}`,
  )
  const long = await heapOf(`ROOT vm > n0\nend STRING 40\n${lines.join('\n')}`)
  const {pathFromRoot} = explain(long.subject, {
    showValues: false,
    top: 0,
    what: long.address('end'),
  }) as ObjectExplained
  expect(pathFromRoot.length).toBe(101)
  expect(pathFromRoot.steps).toHaveLength(41)
  expect(pathFromRoot.steps[20]).toMatchObject({label: '61 more objects', reference: null, times: 61})
  expect(pathFromRoot.steps.reduce((sum, step) => sum + step.times, 0)).toBe(101)
})

it('a step with alternatives does not dominate, and a reference is as strong as its strongest repeat', async () => {
  const diamond = await heapOf(`
    ROOT vm > Shop
    Meta  CLASS 100 name=Meta
    Shop  CLASS:Meta 100 name=Shop > left right Meta
    left  ARRAY 40 length=1 > end
    right ARRAY 40 length=1 > end
    end   STRING 40
  `)
  const of = (name: string) =>
    explain(diamond.subject, {showValues: false, top: 0, what: diamond.address(name)}) as ObjectExplained
  expect(of('end').pathFromRoot.steps.map(step => [diamond.name(step.address), step.dominates])).toEqual([
    ['Shop', true],
    ['left', false],
    ['end', true],
  ])
  expect(of('end').dominators.steps.map(step => diamond.name(step.address))).toEqual(['Shop', 'end'])
  // Shop owns it as a constant, but not as its class.
  expect(of('Meta').referrers.rows).toMatchObject([
    {addresses: [diamond.address('Shop')], owns: true, strength: 'owning'},
  ])
  expect(of('Shop').references.rows.find(row => row.addresses[0] === diamond.address('Meta'))).toMatchObject({
    owns: true,
    strength: 'owning',
  })
})
