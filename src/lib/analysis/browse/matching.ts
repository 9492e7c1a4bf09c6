// Finds objects by class name, their own name (classes, modules, threads) or the start of their address, whatever the
// case. One scan over all objects: names are tested once, not once per object.
import {FLAG} from '../../heap/columns.js'
import {TYPE} from '../../heap/object-types.js'
import {givenName} from '../objects/thread-names.js'
import type {Subject} from '../objects/subject.js'

/** `marks`: a byte for each object, 1 if it matches, otherwise 0. Valid until `use` returns. */
type Use<Result> = (marks: Uint8Array) => Result

/** The members that match, in their order. */
export function matching(subject: Subject, members: Int32Array, filter: string): Int32Array {
  if (filter === '') return members
  return withMatching(subject, filter, marks => {
    const found = new Int32Array(members.length)
    let end = 0
    for (let at = 0; at < members.length; at++) if (marks[members[at]] === 1) found[end++] = members[at]
    return found.subarray(0, end)
  })
}

/** All objects that match. */
export function withMatching<Result>(subject: Subject, filter: string, use: Use<Result>): Result {
  const wanted = filter.toLowerCase()
  return wanted.startsWith('0x') ? withAddress(subject, wanted, use) : withName(subject, wanted, use)
}

function withName<Result>(subject: Subject, wanted: string, use: Use<Result>): Result {
  const {classes, heap} = subject
  const groups = Uint8Array.from(classes.names, name => (name.toLowerCase().includes(wanted) ? 1 : 0))
  return heap.scans.marks.ofNumbers(classes.groupOf, groups, marks => {
    for (const index of namedLike(subject, wanted)) marks[index] = 1
    return use(marks)
  })
}

/** Objects with a name of their own. There are few classes, modules and threads. */
function namedLike({heap}: Subject, wanted: string): readonly number[] {
  const isWanted = new Map<string, boolean>()
  const found: number[] = []
  for (const index of heap.scans.select.ofTypes([TYPE.CLASS, TYPE.MODULE, TYPE.ICLASS])) {
    const name = (heap.columns.flags[index] & FLAG.named) === 0 ? null : heap.detail(index)
    if (name === null) continue
    let matches = isWanted.get(name)
    if (matches === undefined) isWanted.set(name, (matches = name.toLowerCase().includes(wanted)))
    if (matches) found.push(index)
  }

  for (const thread of heap.natives('VM/thread'))
    if ((givenName(heap, thread) ?? '').toLowerCase().includes(wanted)) found.push(thread)
  return found
}

const NO = 0
const YES = 1
const PERHAPS = 2

/** Nearly all pages are decided at once. */
function withAddress<Result>({heap}: Subject, wanted: string, use: Use<Result>): Result {
  const {codes} = heap
  // The addresses of a page share all but the last four digits.
  const pages = Uint8Array.from({length: codes.pageCount}, (_, page) => {
    const shared = codes.address(page << codes.slotBits).slice(0, -4)
    return shared.startsWith(wanted) ? YES : wanted.startsWith(shared) ? PERHAPS : NO
  })
  return heap.scans.marks.ofPages(pages, PERHAPS, marks => {
    for (let index = marks.indexOf(PERHAPS); index !== -1; index = marks.indexOf(PERHAPS, index + 1))
      marks[index] = heap.address(index).startsWith(wanted) ? YES : NO
    return use(marks)
  })
}
