// Roots that Ruby 3.4 and later do not list as roots. Objects that native code registers permanently, including
// `Object`, are listed by an internal object of the VM (rb_vm_register_global_object in vm.c). Finalizers are marked
// where ObjectSpace does not look (mark_roots in gc/default).
import {FLAG, type HeapColumns, NONE} from './columns.js'
import {TYPE} from './object-types.js'
import type {TextTable} from './text-table.js'

export type UnlistedRoot = {readonly category: 'vm' | 'finalizers'; readonly target: number}

type Columns = Pick<HeapColumns, 'classes' | 'details' | 'edges' | 'firstEdge' | 'flags' | 'sizes' | 'types'>

const GLOBAL_OBJECTS = 'VM/pin_array_list'
const BLOCKS = ['proc', 'method']
/** Types that can have a method `call`. */
const CALLABLE: ReadonlySet<number> = new Set([TYPE.CLASS, TYPE.DATA, TYPE.MODULE, TYPE.OBJECT, TYPE.STRUCT])

/**
 * Ruby's internal Arrays, which have no class. `classes` must still be address codes: as an index, a class without a
 * record in the dump would look the same.
 */
export function hiddenArrays({classes, types}: Columns, texts: TextTable): number[] {
  const hidden: number[] = []
  if (texts.find(GLOBAL_OBJECTS) === NONE) return hidden
  for (let index = 0; index < types.length; index++) {
    if (types[index] === TYPE.ARRAY && classes[index] === NONE) hidden.push(index)
  }

  return hidden
}

/** Upper bound for what `unlistedRoots` finds, before addresses are converted to indexes. */
export function mostUnlistedRoots(columns: Columns, texts: TextTable, hidden: readonly number[]): number {
  return [...globalObjects(columns, texts)].length + hidden.length
}

/** `hidden`: the result of `hiddenArrays`. One pass over all references if any of these may be a list of finalizers. */
export function unlistedRoots(
  columns: Columns,
  texts: TextTable,
  roots: Int32Array,
  hidden: readonly number[],
): UnlistedRoot[] {
  return [...globalObjects(columns, texts), ...finalizers(columns, texts, roots, hidden)]
}

function* globalObjects({details, edges, firstEdge, types}: Columns, texts: TextTable): Generator<UnlistedRoot> {
  const struct = texts.find(GLOBAL_OBJECTS)
  if (struct === NONE) return
  for (let list = details.indexOf(struct); list !== NONE; list = details.indexOf(struct, list + 1)) {
    if (types[list] !== TYPE.DATA) continue
    for (const target of edges.subarray(firstEdge[list], firstEdge[list + 1])) yield {category: 'vm', target}
  }
}

/**
 * Ruby keeps an object's finalizers in a hidden Array that only a table in C refers to. The object's id, which is not a
 * reference, may come first. There is no other kind of hidden Array that has only blocks and methods and no referrers.
 * Native code creates hidden Arrays of other objects too, but only briefly: none of them survives three GCs. In Rails
 * apps on Ruby 3.1 and 3.3, which list their finalizers, this finds the same Arrays.
 */
function finalizers(
  {details, edges, firstEdge, flags, sizes, types}: Columns,
  texts: TextTable,
  roots: Int32Array,
  hidden: readonly number[],
): UnlistedRoot[] {
  const structs = new Set(BLOCKS.map(struct => texts.find(struct)).filter(struct => struct !== NONE))
  const isBlock = (index: number) => index !== NONE && types[index] === TYPE.DATA && structs.has(details[index])
  const isCallable = (index: number) => index !== NONE && CALLABLE.has(types[index])
  const found = hidden.filter(list => {
    const targets = edges.subarray(firstEdge[list], firstEdge[list + 1])
    const isYoung = (flags[list] & FLAG.young) !== 0
    return targets.length > 0 && sizes[list] - targets.length <= 1 && targets.every(isYoung ? isBlock : isCallable)
  })
  if (found.length === 0) return []
  const isCandidate = new Uint8Array(types.length)
  for (const list of found) isCandidate[list] = 1
  for (const target of roots) if (target !== NONE) isCandidate[target] = 0
  for (let at = 0; at < edges.length; at++) if (edges[at] !== NONE) isCandidate[edges[at]] = 0
  return found.filter(list => isCandidate[list] === 1).map(target => ({category: 'finalizers', target}))
}
