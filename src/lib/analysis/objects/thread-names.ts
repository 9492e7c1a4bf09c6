// The name that an app gave a thread.
import {FLAG, NONE} from '../../heap/columns.js'
import type {Heap} from '../../heap/heap.js'
import {TYPE} from '../../heap/object-types.js'

/**
 * `puma srv tp 001`; null if it has none, or the dump does not show it: a value is known only if the dump has it at
 * least twice (ValueTable). thread_mark of thread.c marks the name last, after the stack; any other String there
 * belongs to the app.
 */
export function givenName({columns, tables}: Heap, thread: number): string | null {
  const {types, firstEdge, edges, details, flags} = columns
  const last = firstEdge[thread] === firstEdge[thread + 1] ? NONE : edges[firstEdge[thread + 1] - 1]
  if (last === NONE || types[last] !== TYPE.STRING || details[last] === NONE) return null
  if ((flags[last] & FLAG.frozen) === 0) return null
  const name = tables.values.text(details[last])
  return name !== null && name.length <= 40 && /^[\w .:#-]+$/.test(name) ? name : null
}
