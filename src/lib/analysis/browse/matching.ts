// What a filter lets through: objects whose class, own name (a class's) or address has the text in it, upper or lower case.
import {FLAG} from '../../heap/columns.js'
import type {Subject} from '../objects/subject.js'

/** Class names are looked at once each, not once an object. */
export function matching({heap, classes: {names, groupOf}}: Subject, filter: string): (index: number) => boolean {
  const wanted = filter.toLowerCase()
  const groups = Uint8Array.from(names, name => (name.toLowerCase().includes(wanted) ? 1 : 0))
  const isAddress = isAddressFilter(wanted)
  return index => {
    if (groups[groupOf[index]] === 1) return true
    if (isAddress) return heap.address(index).includes(wanted)
    return (heap.columns.flags[index] & FLAG.named) !== 0 && (heap.detail(index) ?? '').toLowerCase().includes(wanted)
  }
}

/** All that `filter` lets through, `before` lets through as well: one more letter need not look at everything again. */
export function narrows(filter: string, before: string): boolean {
  return filter.startsWith(before) && (before === '' || isAddressFilter(filter) === isAddressFilter(before))
}

function isAddressFilter(filter: string): boolean {
  return filter.toLowerCase().startsWith('0x')
}
