// How a column of the table of objects is filled.
import type {Subject} from '../analysis/objects/subject.js'
import type {Heap} from '../heap/heap.js'
import {TYPE} from '../heap/object-types.js'
import type {Column, KnownDump, RowOptions, Values} from './table.js'
import {booleans, type Range} from './values.js'

/** `texts`: those that its codes mean. */
export type Filled = {readonly texts?: readonly string[]; readonly fill: (range: Range) => Values}
export type ObjectColumn = Column & {readonly open: (opened: Opened) => Filled}

/** What several columns need. */
export type Opened = {
  readonly subject: Subject
  readonly heap: Heap
  readonly dump: KnownDump
  readonly options: RowOptions
  readonly addressOf: (index: number) => number
}

/** Types that have the number of a value in the details column. */
export const TEXTUAL: ReadonlySet<number> = new Set([TYPE.STRING, TYPE.SYMBOL])

export const hasFlag =
  (flag: number) =>
  ({heap: {columns}}: Opened): Filled => ({
    fill: range => booleans(range, index => (columns.flags[index] & flag) !== 0),
  })
