// Instance variables that Ruby keeps in separate records. From Ruby 4.0 on, those of classes, strings and other objects
// without space for them are in an IMEMO of type `fields`; in 4.1, so are those of plain objects with many variables.
// Such a record has its object as its class. Here the references move back to the object, where earlier versions print
// them, so that owners, paths and rules need not know where Ruby keeps them.
import {type HeapColumns, NONE} from './columns.js'
import {TYPE} from './object-types.js'
import type {TextTable} from './text-table.js'

/** Their type in the dump. */
export const VARIABLE_RECORD = 'fields'

type Columns = Pick<HeapColumns, 'classes' | 'details' | 'edges' | 'firstEdge' | 'sizes' | 'types'>

/**
 * Moves the references of each such record to its object, right after the object's reference to the record. The
 * record's `sizes` entry then has their number, and the record has no references and no class. Linear in objects and
 * references, with a copy of the references while it runs; dumps without such records cost one search in the texts.
 */
export function giveBackVariables(columns: Columns, texts: TextTable): void {
  const text = texts.find(VARIABLE_RECORD)
  if (text === NONE) return
  const {classes, details, edges, firstEdge, sizes, types} = columns
  const count = types.length
  const isRecord = (index: number) => index !== NONE && types[index] === TYPE.IMEMO && details[index] === text

  // Objects that refer to their record. In a damaged dump others may exist; they keep their references.
  const hasRecord = new Uint8Array(count)
  const isMoved = new Uint8Array(count)
  let moved = 0
  for (let index = 0; index < count; index++) {
    if (isRecord(index) && classes[index] !== NONE && types[classes[index]] !== TYPE.IMEMO)
      hasRecord[classes[index]] = 1
  }

  for (let index = 0; index < count; index++) {
    if (hasRecord[index] === 0) continue
    for (let at = firstEdge[index]; at < firstEdge[index + 1]; at++) {
      const target = edges[at]
      if (!isRecord(target) || classes[target] !== index) continue
      sizes[target] = firstEdge[target + 1] - firstEdge[target]
      moved += 1 - isMoved[target]
      isMoved[target] = 1
    }
  }

  for (let index = 0; index < count; index++) if (isRecord(index) && isMoved[index] === 0) classes[index] = NONE
  if (moved > 0) moveReferences(columns, hasRecord, isMoved)
}

function moveReferences({classes, edges, firstEdge}: Columns, hasRecord: Uint8Array, isMoved: Uint8Array): void {
  const [before, starts] = [edges.slice(), firstEdge.slice()]
  let end = 0
  const copy = (from: number, to: number) => {
    edges.set(before.subarray(from, to), end)
    end += to - from
  }

  for (let index = 0; index < isMoved.length; index++) {
    const [first, last] = [starts[index], starts[index + 1]]
    firstEdge[index] = end
    if (isMoved[index] === 1) continue
    if (hasRecord[index] === 0) {
      copy(first, last)
      continue
    }

    for (let at = first; at < last; at++) {
      copy(at, at + 1)
      const target = before[at]
      if (target === NONE || isMoved[target] === 0 || classes[target] !== index) continue
      classes[target] = NONE
      copy(starts[target], starts[target + 1])
    }
  }

  firstEdge[isMoved.length] = end
}
