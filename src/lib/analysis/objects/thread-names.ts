// The names that an app gave its threads.
import {FLAG, NONE} from '../../heap/columns.js'
import type {Heap} from '../../heap/heap.js'
import {TYPE} from '../../heap/object-types.js'

/**
 * `puma srv tp 001`; null if it has none, or the dump does not show it: a value is known only if the dump has it at
 * least twice (ValueTable). thread_mark of thread.c marks the name last, after the stack; any other String there
 * belongs to the app.
 */
export function givenName(heap: Heap, thread: number): string | null {
  return valueOfName(heap, thread)?.name ?? null
}

/** The names of all threads and fibers, each with its value's id. */
export function givenNames(heap: Heap): ReadonlyMap<number, string> {
  const names = new Map<number, string>()
  for (const thread of [...heap.natives('VM/thread'), ...heap.natives('fiber')]) {
    const found = valueOfName(heap, thread)
    if (found !== null) names.set(found.value, found.name)
  }

  return names
}

function valueOfName({columns, tables}: Heap, thread: number): {readonly name: string; readonly value: number} | null {
  const {types, firstEdge, edges, details, flags} = columns
  const last = firstEdge[thread] === firstEdge[thread + 1] ? NONE : edges[firstEdge[thread + 1] - 1]
  if (last === NONE || types[last] !== TYPE.STRING || details[last] === NONE) return null
  if ((flags[last] & FLAG.frozen) === 0) return null
  const name = tables.values.text(details[last])
  const isName = name !== null && name.length <= 40 && /^[\w .:#-]+$/.test(name)
  return isName ? {name, value: details[last]} : null
}
