// Classes as Ruby 2.7 prints them, told as later versions tell them. It prints neither the superclass nor whether a class is a singleton
// class. Its `name` is rb_class2name's: that of the class behind a singleton class, and `#<Class:0x…>` where there is no name.
import {FLAG, type HeapColumns, NONE} from './heap.js'
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
 * The class, or the module included there, in which the search for methods goes on. Of a class the collector marks it before all else; of an
 * included module it is the only one, but may come after the methods.
 */
function superclassOf({edges, firstEdge, types}: Columns, index: number): number {
  if (types[index] !== TYPE.CLASS && types[index] !== TYPE.ICLASS) return NONE
  const targets = edges.subarray(firstEdge[index], firstEdge[index + 1])
  const isSuperclass = (target: number) => target !== NONE && (types[target] === TYPE.CLASS || types[target] === TYPE.ICLASS)
  if (types[index] === TYPE.ICLASS) return targets.find(isSuperclass) ?? NONE
  return targets.length > 0 && isSuperclass(targets[0]) ? targets[0] : NONE
}

/** It refers to its object, and goes by the name of the class before it. */
function isSingleton({classes, details, edges, firstEdge, types}: Columns, superclasses: ReadonlyMap<number, number>, index: number): boolean {
  const isAttached = (target: number) => target !== NONE && classes[target] === index
  if (types[index] !== TYPE.CLASS || !edges.subarray(firstEdge[index], firstEdge[index + 1]).some(isAttached)) return false
  let above = superclasses.get(index)
  for (let steps = 0; above !== undefined && types[above] === TYPE.ICLASS && steps < MOST_INCLUDED; steps++) above = superclasses.get(above)
  return above !== undefined && types[above] === TYPE.CLASS && details[above] === details[index]
}
