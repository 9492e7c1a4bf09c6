// Converts classes as Ruby 2.7 prints them to the form of later versions. Ruby 2.7 prints neither the superclass nor
// whether a class is a singleton class. Its `name` is the result of rb_class2name: for a singleton class the name of
// the class behind it, and `#<Class:0x…>` if there is no name.
import {FLAG, type HeapColumns, NONE} from './columns.js'
import {TYPE} from './object-types.js'
import type {TextTable} from './text-table.js'

type Columns = Pick<HeapColumns, 'classes' | 'details' | 'edges' | 'firstEdge' | 'flags' | 'types'>

/** A damaged dump may chain classes in a ring. */
const MOST_INCLUDED = 10_000

/**
 * Changes names, flags and superclasses, but nothing in dumps of other versions. Linear in the references of classes.
 */
export function rereadOldClasses(columns: Columns, texts: TextTable, superclasses: Map<number, number>): void {
  if (superclasses.size > 0 || !hasManyOfOneName(columns, texts.find('Class'))) return
  const {details, flags, types} = columns
  const modules: number[] = []
  for (let index = 0; index < types.length; index++) {
    if (types[index] === TYPE.CLASS || types[index] === TYPE.MODULE) modules.push(index)
    const superclass = superclassOf(columns, index)
    if (superclass !== NONE) superclasses.set(index, superclass)
  }

  const singletons = modules.filter(index => isSingleton(columns, superclasses, index))
  for (const index of singletons) flags[index] = (flags[index] & ~FLAG.named) | FLAG.singleton
  for (const index of modules) {
    if (details[index] === NONE || !texts.text(details[index]).startsWith('#<')) continue
    details[index] = NONE
    flags[index] &= ~FLAG.named
  }
}

/** Up to 2.7, the singleton class of each class is named "Class". */
function hasManyOfOneName({details, flags, types}: Columns, name: number): boolean {
  if (name === NONE) return false
  let found = 0
  for (let at = details.indexOf(name); at !== NONE && found < 2; at = details.indexOf(name, at + 1)) {
    if (types[at] === TYPE.CLASS && (flags[at] & FLAG.named) !== 0) found++
  }

  return found === 2
}

/**
 * The class or included module in which method lookup continues. For a class, the collector marks it first. For an
 * included module it may come after its methods, but it is the only class among its references.
 */
function superclassOf({edges, firstEdge, types}: Columns, index: number): number {
  if (types[index] !== TYPE.CLASS && types[index] !== TYPE.ICLASS) return NONE
  const targets = edges.subarray(firstEdge[index], firstEdge[index + 1])
  const isNext = (target: number) => target !== NONE && (types[target] === TYPE.CLASS || types[target] === TYPE.ICLASS)
  if (types[index] === TYPE.ICLASS) return targets.find(isNext) ?? NONE
  return targets.length > 0 && isNext(targets[0]) ? targets[0] : NONE
}

/** Whether it refers to its object and has the name of the class that it extends. */
function isSingleton(columns: Columns, superclasses: ReadonlyMap<number, number>, index: number): boolean {
  const {classes, details, edges, firstEdge, types} = columns
  const isAttached = (target: number) => target !== NONE && classes[target] === index
  if (types[index] !== TYPE.CLASS) return false
  if (!edges.subarray(firstEdge[index], firstEdge[index + 1]).some(isAttached)) return false
  let above = superclasses.get(index)
  for (let steps = 0; above !== undefined && types[above] === TYPE.ICLASS; steps++) {
    if (steps === MOST_INCLUDED) return false
    above = superclasses.get(above)
  }

  return above !== undefined && types[above] === TYPE.CLASS && details[above] === details[index]
}
