// What an app calls its threads.
import {FLAG, NONE} from '../../heap/columns.js'
import type {Heap} from '../../heap/heap.js'
import {TYPE} from '../../heap/object-types.js'

/**
 * `puma srv tp 001`; null where it has none, or the dump does not tell it: a text is known if it was made for the
 * thread, or anything else has
 * the same (ValueTable). thread_mark of thread.c marks the name last, after the stack; what else is a String there is
 * the app's, and no name.
 */
export function givenName({columns, tables}: Heap, thread: number): string | null {
  const {types, firstEdge, edges, details, flags} = columns
  const last = firstEdge[thread] === firstEdge[thread + 1] ? NONE : edges[firstEdge[thread + 1] - 1]
  if (last === NONE || types[last] !== TYPE.STRING || details[last] === NONE) return null
  if ((flags[last] & FLAG.frozen) === 0) return null
  const name = tables.values.text(details[last])
  return name !== null && name.length <= 40 && /^[\w .:#-]+$/.test(name) ? name : null
}
