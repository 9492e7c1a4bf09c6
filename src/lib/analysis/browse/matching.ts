// Finds objects by class name, their own name (classes, modules, threads) or the start of their address, whatever the
// case.
import {FLAG} from '../../heap/columns.js'
import {TYPE} from '../../heap/object-types.js'
import {givenName} from '../objects/thread-names.js'
import type {Subject} from '../objects/subject.js'

/** Types of objects that have a name of their own: classes, modules, threads. */
const IS_NAMED = new Uint8Array(256)
for (const type of [TYPE.CLASS, TYPE.MODULE, TYPE.ICLASS, TYPE.DATA]) IS_NAMED[type] = 1

type Test = (index: number) => boolean

/** The members that match, in their order. One pass; names are tested once, not once per object. */
export function matching(subject: Subject, members: Int32Array, filter: string): Int32Array {
  const matches = testOf(subject, filter)
  const found = new Int32Array(members.length)
  let end = 0
  for (let at = 0; at < members.length; at++) if (matches(members[at])) found[end++] = members[at]
  return found.subarray(0, end)
}

/** Marks all objects that match with 1, others with 0. Returns how many match. */
export function markMatching(subject: Subject, filter: string, marks: Uint8Array): number {
  const matches = testOf(subject, filter)
  let count = 0
  for (let index = 0; index < marks.length; index++) {
    const mark = matches(index) ? 1 : 0
    marks[index] = mark
    count += mark
  }

  return count
}

function testOf(subject: Subject, filter: string): Test {
  const wanted = filter.toLowerCase()
  return isAddressFilter(wanted) ? testOfAddress(subject, wanted) : testOfName(subject, wanted)
}

function testOfName(subject: Subject, wanted: string): Test {
  const {heap, classes} = subject
  const groups = Uint8Array.from(classes.names, name => (name.toLowerCase().includes(wanted) ? 1 : 0))
  const named = withName(subject, wanted)
  const {groupOf} = classes
  const {types} = heap.columns
  return index => groups[groupOf[index]] === 1 || (IS_NAMED[types[index]] === 1 && named.has(index))
}

/** There are few classes, modules and threads. */
function withName({heap}: Subject, wanted: string): ReadonlySet<number> {
  const found = new Set<number>()
  const isWanted = new Map<string, boolean>()
  for (const index of heap.scans.select.ofTypes([TYPE.CLASS, TYPE.MODULE, TYPE.ICLASS])) {
    const name = (heap.columns.flags[index] & FLAG.named) === 0 ? null : heap.detail(index)
    if (name === null) continue
    let matches = isWanted.get(name)
    if (matches === undefined) isWanted.set(name, (matches = name.toLowerCase().includes(wanted)))
    if (matches) found.add(index)
  }

  for (const thread of heap.natives('VM/thread'))
    if ((givenName(heap, thread) ?? '').toLowerCase().includes(wanted)) found.add(thread)
  return found
}

const NO = 0
const PERHAPS = 1
const YES = 2

/** Nearly all pages are decided at once. */
function testOfAddress({heap}: Subject, wanted: string): Test {
  const {addresses} = heap.columns
  const {codes} = heap
  const {slotBits, irregularStart} = codes
  // The addresses of a page share all but the last four digits.
  const pages = Uint8Array.from({length: codes.pageCount}, (_, page) => {
    const shared = codes.address(page << slotBits).slice(0, -4)
    return shared.startsWith(wanted) ? YES : wanted.startsWith(shared) ? PERHAPS : NO
  })
  return index => {
    const code = addresses[index]
    const state = code >= 0 && code < irregularStart ? pages[code >>> slotBits] : PERHAPS
    return state === YES || (state === PERHAPS && heap.address(index).startsWith(wanted))
  }
}

/**
 * Whether everything that matches `filter` also matches `before`, so that another letter need not search everything
 * again.
 */
export function narrows(filter: string, before: string): boolean {
  return filter.startsWith(before) && (before === '' || isAddressFilter(filter) === isAddressFilter(before))
}

function isAddressFilter(filter: string): boolean {
  return filter.toLowerCase().startsWith('0x')
}
