// Words for suspects: counts with nouns, the name of a collection or an owner.
import {MAIN_SCRIPT} from '../objects/main-script.js'
import {NONE} from '../../heap/columns.js'
import type {Heap} from '../../heap/heap.js'
import {TYPE} from '../../heap/object-types.js'
import {formatBytes, formatCount} from '../../units.js'
import {className} from '../objects/class-names.js'
import type {MemberGroup} from './accumulation-points.js'
import type {Owner} from '../objects/owner.js'

/** `an Array`, `a Hash`, `a Set`; null if the object is not a collection. */
export function collectionName(heap: Heap, container: number): string | null {
  if (container === NONE) return null
  const {types} = heap.columns
  if (types[container] !== TYPE.ARRAY && types[container] !== TYPE.HASH) return null
  // Array#shift and the like leave an Array that is internal to Ruby, (ARRAY).
  const name = className(heap, container).replace(
    /^\((\w)(\w+)\)$/,
    (_, first: string, rest: string) => first + rest.toLowerCase(),
  )
  return `${/^[AEIO]/i.test(name) ? 'an' : 'a'} ${name}`
}

/** `2,880 × Array`, `1 × Order`. */
export function counted(count: number, noun: string): string {
  return `${formatCount(count)} × ${noun}`
}

/** `2,880 × Array (3.1 MB) and 2,880 × String (210 kB)`; at most three. */
export function groupsInWords(groups: readonly MemberGroup[]): string {
  return groups
    .slice(0, 3)
    .map(({className: name, count, bytes}) => `${counted(count, name)} (${formatBytes(bytes)})`)
    .join(', ')
}

/** The owner as the subject of a sentence. */
export function ownerInWords({kind, name}: Owner): string {
  if (kind === 'global') return 'A global variable'
  if (name === MAIN_SCRIPT) return 'A variable of the main script'
  if (kind === 'root') return name === 'Object' ? 'A top-level constant (of Object)' : name
  return name
}
