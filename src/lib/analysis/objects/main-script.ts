// The file that Ruby was started with.
import type {Heap} from '../../heap/heap.js'
import {TYPE} from '../../heap/object-types.js'

/** The owner of what TOPLEVEL_BINDING holds: the variables of the file that Ruby was started with. */
export const MAIN_SCRIPT = 'main script'

/** `root`: an object that ROOT refers to. */
export function isMainScript(heap: Heap, root: number): boolean {
  return heap.columns.types[root] === TYPE.DATA && heap.detail(root) === 'binding'
}
