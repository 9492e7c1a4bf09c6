// What is said of a pile agrees with what is known of it.
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

/** Texts of 1 kB; null: allocated before the tracing. */
const texts = (generationOf: (at: number) => number | null) =>
  numbers
    .map(
      at => `text${at} STRING:String 1000 bytesize=900${generationOf(at) === null ? '' : ` gen=${generationOf(at)}`}`,
    )
    .join('\n')
/** What else came after each of 30 collections; and, of ten collections, after every second one. */
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

describe('of what came at one time', () => {
  const evidenceOf = async (generationOf: (at: number) => number | null, beside = others) => {
    const {subject} = await heapOf(`${CLASSES}
      App CLASS 500 name=App > list
      list ARRAY:Array 4800 size=400 > ${names}
      ${texts(generationOf)}
      ${beside}`)
    return findSuspects(subject).find(({owner}) => owner === 'App')!.evidence
  }

  it('all is told where it was all', async () => {
    expect(await evidenceOf(() => 8)).toContain('all came between two GCs')
  })

  it('no more than what did where some is older than the tracing', async () => {
    expect(await evidenceOf(at => (at < 390 ? null : 8))).toContain(
      '10 of the 400 objects came between two GCs, the others before the tracing began',
    )
  })

  it('it is not said to have come in no GC where nothing else is left of that one', async () => {
    expect(await evidenceOf(at => (at < 390 ? null : 9), everySecond)).toContain(
      '10 of the 400 objects came between two GCs, the others before the tracing began',
    )
  })
})

it('of Arrays that share their elements, the one that people know is counted', async () => {
  const {subject} = await heapOf(`${CLASSES}
    App CLASS 500 name=App > list part
    list ARRAY:Array 40 size=400 shared=true > hidden
    part ARRAY:Array 40 size=20 shared=true > hidden
    hidden ARRAY 6000 size=599 > ${names}
    ${texts(() => null)}`)
  expect(findSuspects(subject)[0].evidence).toContain('Array, 400 elements: 400 × String (400 kB)')
})

describe('of what a thread keeps', () => {
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

  it('a local variable is no key of Thread.current', async () => {
    expect(await adviceFor('')).toMatch(/^A local variable of a running thread keeps it /)
    expect(await adviceFor('> list')).toMatch(/^A thread of a server .* use one key/)
  })
})
