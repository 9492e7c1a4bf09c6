// What a filter lets through: objects whose class, own name (a class's) or address has the text in it, upper or lower case.
import {FLAG} from '../heap/heap.js'
import type {Subject} from './subject.js'

/** Class names are looked at once each, not once an object. */
export function matching({heap, classes: {names, groupOf}}: Subject, filter: string): (index: number) => boolean {
  const wanted = filter.toLowerCase()
  const groups = Uint8Array.from(names, name => (name.toLowerCase().includes(wanted) ? 1 : 0))
  const isAddress = wanted.startsWith('0x')
  return index => {
    if (groups[groupOf[index]] === 1) return true
    if (isAddress) return heap.address(index).includes(wanted)
    return (heap.columns.flags[index] & FLAG.named) !== 0 && (heap.detail(index) ?? '').toLowerCase().includes(wanted)
  }
}
