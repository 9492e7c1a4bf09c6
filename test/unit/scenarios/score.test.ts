import {describe, expect, it} from 'vitest'
import {parseProgram, readPrograms} from '../../scenarios/program.js'
import {judge, meetsTargets, total} from '../../scenarios/score.js'

const PROGRAM = `# Carts are never forgotten.
#
# kind: leak
# owner: Cart
# == lib/cart.rb
class Cart
  ITEMS << Object.new # LEAK HERE
end
# == traffic
get '/'
`

const cart = parseProgram('cart', PROGRAM)

function suspect(fields: object) {
  return {owner: 'String', rule: 'collection', severity: 'high', sites: [], title: 'Strings grow', ...fields}
}

describe('a program', () => {
  it('has sections with the line numbers of the whole file, and its marked lines as sites', () => {
    expect(cart.sites).toEqual([{file: 'lib/cart.rb', line: 7}])
    expect(cart.files.get('lib/cart.rb')?.split('\n')[6]).toBe('  ITEMS << Object.new')
    expect(cart.traffic.trim()).toBe("get '/'")
    expect([cart.minutes, parseProgram('old', PROGRAM.replace('# owner', '# history: 20\n# owner')).minutes]).toEqual([
      null,
      20,
    ])
  })

  it('names the culprit, or says that there is none', () => {
    expect(() => parseProgram('x', PROGRAM.replace('# owner: Cart\n', ''))).toThrow('a leak has an owner')
    expect(() => parseProgram('x', PROGRAM.replace('leak', 'odd'))).toThrow('kind is one of')
    expect(() => parseProgram('x', PROGRAM.replace('# owner', '# holder'))).toThrow('unknown field holder')
  })
})

describe('the verdict', () => {
  const position = (suspects: object[], traced = false) => judge({suspects}, cart, {traced}).position

  it('counts positions from one, by a whole name in the owner or the title', () => {
    expect(position([suspect({}), suspect({owner: 'Cart'})])).toBe(2)
    expect(position([suspect({title: 'class Cart holds 4,000 Arrays'})])).toBe(1)
    expect(position([suspect({owner: 'Cart::ITEMS'})])).toBeNull()
    expect(position([suspect({owner: 'Shop::Cart'})])).toBeNull()
    expect(position([suspect({owner: 'CartStore'})])).toBeNull()
    expect(position([suspect({path: [{label: 'Cart'}]})])).toBeNull()
  })

  it('also requires the line among the first sites of a traced dump', () => {
    const line = {file: '/app/lib/cart.rb', line: 7}
    const other = {file: '/app/lib/cart.rb', line: 8}
    expect(position([suspect({owner: 'Cart', sites: [other, line]})], true)).toBe(1)
    expect(position([suspect({owner: 'Cart', sites: [other]})], true)).toBeNull()
    expect(position([suspect({owner: 'Cart', sites: [other, other, other, line]})], true)).toBeNull()
    expect(judge({suspects: [suspect({owner: 'Cart'})]}, cart, {traced: true}).ownerPosition).toBe(1)
  })
})

it('reports healthy code that is rated high or above the culprit', () => {
  const wronged = (...suspects: object[]) => judge({suspects}, cart, {traced: false}).wronged
  const healthy = suspect({owner: 'PreviewCache', severity: 'medium'})
  expect(wronged(suspect({owner: 'Cart'}), healthy)).toBeNull()
  expect(wronged(healthy, suspect({owner: 'Cart'}))).toBe('PreviewCache')
  expect(wronged(suspect({owner: 'Cart'}), suspect({owner: 'PreviewCache'}))).toBe('PreviewCache')
})

it('requires the rule if the program names one', () => {
  const story = parseProgram('cart', PROGRAM.replace('# kind', '# rule: long-chain\n# kind'))
  expect(
    judge({suspects: [suspect({owner: 'Cart'}), suspect({owner: 'Cart', rule: 'long-chain'})]}, story, {traced: false})
      .position,
  ).toBe(2)
})

describe('the score', () => {
  const healthy = parseProgram('fine', PROGRAM.replace('leak', 'healthy').replace('# owner: Cart\n', ''))
  const results = (...positions: (number | null)[]) =>
    positions.map(at => ({program: cart, verdict: {high: 1, position: at, wronged: null}}))

  it('is met with nine of ten first, all in the first three, and no healthy program blamed', () => {
    const good = results(1, 1, 1, 1, 1, 1, 1, 1, 1, 3)
    expect(meetsTargets(total([...good, {program: healthy, verdict: {high: 0, position: null, wronged: null}}]))).toBe(
      true,
    )
    expect(meetsTargets(total([...good, {program: healthy, verdict: {high: 1, position: null, wronged: null}}]))).toBe(
      false,
    )
    expect(
      meetsTargets(total([...good, {program: cart, verdict: {high: 1, position: 1, wronged: 'PreviewCache'}}])),
    ).toBe(false)
    expect(meetsTargets(total(results(1, 1, 1, 1, 1, 1, 1, 1, 1, 4)))).toBe(false)
    expect(meetsTargets(total(results(1, 1, 1, 1, 1, 1, 1, 1, 2, 3)))).toBe(false)
    expect(meetsTargets(total(results(1, null)))).toBe(false)
  })
})

it('has at least thirty programs, six of them healthy', () => {
  const programs = readPrograms('programs')
  expect(programs.length).toBeGreaterThanOrEqual(30)
  expect(programs.filter(({kind}) => kind === 'healthy').length).toBeGreaterThanOrEqual(6)
})
