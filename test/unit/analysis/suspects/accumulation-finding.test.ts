// The words for an accumulation match the facts.
import {describe, expect, it} from 'vitest'
import {findSuspects} from '../../../../src/lib/analysis/suspects/find-suspects.js'
import {heapOf} from '../../../support/heaps.js'

const CLASSES = `
  ROOT vm > Object
  Object CLASS 500 name=Object > App String Array Thread
  String CLASS 500 name=String
  Array CLASS 500 name=Array
  Thread CLASS 500 name=Thread`
const numbers = Array.from({length: 400}, (_, at) => at)
const names = numbers.map(at => `text${at}`).join(' ')

/** Strings of 1 kB; null: allocated before tracing. */
const texts = (generationOf: (at: number) => number | null) =>
  numbers
    .map(
      at => `text${at} STRING:String 1000 bytesize=900${generationOf(at) === null ? '' : ` gen=${generationOf(at)}`}`,
    )
    .join('\n')
/** Other survivors of each of 30 GCs; and of every second of 20 GCs. */
const others = `ROOT vm > ${numbers
  .slice(0, 30)
  .map(at => `other${at}`)
  .join(' ')}
  ${numbers
    .slice(0, 30)
    .map(at => `other${at} STRING:String 3000 gen=${1 + at}`)
    .join('\n')}`

const rest = Array.from({length: 3000}, (_, at) => at)
const everySecond = `ROOT vm > ${rest.map(at => `other${at}`).join(' ')}
  ${rest.map(at => `other${at} STRING:String 40 gen=${2 * (1 + (at % 10))}`).join('\n')}`

describe('if members were allocated at one time', () => {
  const evidenceOf = async (generationOf: (at: number) => number | null, beside = others) => {
    const {subject} = await heapOf(`${CLASSES}
      App CLASS 500 name=App > list
      list ARRAY:Array 4800 size=400 > ${names}
      ${texts(generationOf)}
      ${beside}`)
    return findSuspects(subject).find(({owner}) => owner === 'App')!.evidence
  }

  it('says so of all members', async () => {
    expect(await evidenceOf(() => 8)).toContain('all were allocated between two GCs')
  })

  it('says so only of these if others are older than the tracing', async () => {
    expect(await evidenceOf(at => (at < 390 ? null : 8))).toContain(
      '10 of the 400 objects were allocated between two GCs, the others before tracing began',
    )
  })

  it('does not say "in 0 GCs" if nothing else is left from that GC', async () => {
    expect(await evidenceOf(at => (at < 390 ? null : 9), everySecond)).toContain(
      '10 of the 400 objects were allocated between two GCs, the others before tracing began',
    )
  })
})

it('counts the visible one of Arrays that share their elements', async () => {
  const {subject} = await heapOf(`${CLASSES}
    App CLASS 500 name=App > list part
    list ARRAY:Array 40 size=400 shared=true > hidden
    part ARRAY:Array 40 size=20 shared=true > hidden
    hidden ARRAY 6000 size=599 > ${names}
    ${texts(() => null)}`)
  expect(findSuspects(subject)[0].evidence).toContain('Array, 400 elements: 400 × String (400 kB)')
})

describe('for an accumulation held by a thread', () => {
  const adviceFor = async (held: string) => {
    const {subject} = await heapOf(`${CLASSES.replace('> App', '> Heapdump')}
      ROOT vm > one
      Heapdump MODULE 500 name=Heapdump > Stack
      Stack CLASS 500 name=Heapdump::ThreadStack > record
      record OBJECT:Stack 40 > one listed
      listed ARRAY:Array 40 size=1 > list
      one DATA:Thread 400 struct=VM/thread ${held}
      list ARRAY:Array 4800 size=400 > ${names}
      ${texts(at => 1 + Math.floor((at * 30) / 400))}
      ${others}`)
    return findSuspects(subject)[0].advice
  }

  it('distinguishes a local variable from a key of Thread.current', async () => {
    expect(await adviceFor('')).toMatch(/: a local variable of a running thread holds it /)
    expect(await adviceFor('> list')).toMatch(/^Use one key, .* a server's thread /)
  })
})
