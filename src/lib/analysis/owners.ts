// Whose an object is: the nearest thing above it that a person can search the code for.
import {NO_NODE} from '../graph/graph.js'
import {FLAG, NONE} from '../heap/heap.js'
import {TYPE} from '../heap/object-types.js'
import type {Subject} from './subject.js'

/** A named class or module, or a thread or fiber: it has a name in the code, or a stack to look at. */
function isOwner({heap}: Subject, index: number): boolean {
  const {types, flags} = heap.columns
  switch (types[index]) {
    case TYPE.CLASS:
    case TYPE.MODULE:
      return (flags[index] & FLAG.named) !== 0 && (flags[index] & FLAG.singleton) === 0
    case TYPE.DATA:
      return heap.detail(index) === 'VM/thread' || heap.detail(index) === 'fiber'
    default:
      return false
  }
}

/**
 * By object: its owner's index; NONE where no class or thread is above it (a global variable, a finalizer) and for garbage. The
 * nearest one among its dominators; where the next dominator is ROOT, because several hold it, on its shortest path. An owner's
 * own owner is the one above.
 */
export function ownersOf(subject: Subject): Int32Array {
  const {heap, graph} = subject
  const {dominators} = graph.tree
  const {order} = graph.retained
  const owners = new Int32Array(heap.count).fill(NONE)
  // Each one after its dominator.
  for (let at = 1; at < order.length; at++) {
    const index = order[at]
    const dominator = dominators[index]
    if (dominator !== graph.root) owners[index] = isOwner(subject, dominator) ? dominator : owners[dominator]
  }

  // What no dominator owns: found once for each object that ROOT dominates, then handed down.
  const {pathParent} = graph
  for (let at = 1; at < order.length; at++) {
    const index = order[at]
    if (owners[index] !== NONE) continue
    const dominator = dominators[index]
    if (dominator !== graph.root) {
      owners[index] = owners[dominator]
      continue
    }

    for (let above = pathParent(index); above !== graph.root && above !== NO_NODE; above = pathParent(above)) {
      if (!isOwner(subject, above)) continue
      owners[index] = above
      break
    }
  }

  return owners
}
