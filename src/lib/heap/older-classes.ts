// Classes as Ruby 2.7 prints them, read as what later versions print. Ruby 2.7 prints neither the superclass nor whether
// a class is a singleton class. Its `name` is what rb_class2name says: for a singleton class the name of the class behind
// it, and `#<Class:0x…>` where there is no name.
import {FLAG, type HeapColumns, NONE} from './columns.js'
import {TYPE} from './object-types.js'
import type {TextTable} from './text-table.js'

type Columns = Pick<HeapColumns, 'classes' | 'details' | 'edges' | 'firstEdge' | 'flags' | 'types'>

/** A damaged dump may chain classes in a ring. */
const MOST_INCLUDED = 10_000

/** Changes names, flags and superclasses; nothing in dumps of other versions. Linear in the references of classes. */
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

/** Up to 2.7, each class's singleton class is named "Class". */
function hasManyOfOneName({details, flags, types}: Columns, name: number): boolean {
  if (name === NONE) return false
  let found = 0
  for (let at = details.indexOf(name); at !== NONE && found < 2; at = details.indexOf(name, at + 1)) {
    if (types[at] === TYPE.CLASS && (flags[at] & FLAG.named) !== 0) found++
  }

  return found === 2
}

/**
 * The class or the included module in which the search for methods goes on. The collector marks that of a class before
 * anything else. That of an included module may come after its methods, but it is the only class among its references.
 */
function superclassOf({edges, firstEdge, types}: Columns, index: number): number {
  if (types[index] !== TYPE.CLASS && types[index] !== TYPE.ICLASS) return NONE
  const targets = edges.subarray(firstEdge[index], firstEdge[index + 1])
  const goesOn = (target: number) => target !== NONE && (types[target] === TYPE.CLASS || types[target] === TYPE.ICLASS)
  if (types[index] === TYPE.ICLASS) return targets.find(goesOn) ?? NONE
  return targets.length > 0 && goesOn(targets[0]) ? targets[0] : NONE
}

/** It refers to its object, and goes by the name of the class before it. */
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
