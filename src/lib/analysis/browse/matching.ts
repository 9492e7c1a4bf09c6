// Matches objects by class name, their own name (for classes) or address, case-insensitively.
import {FLAG} from '../../heap/columns.js'
import type {Subject} from '../objects/subject.js'

/** Tests each class name once, not once per object. */
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

/**
 * Whether everything that matches `filter` also matches `before`, so that another letter need not search everything
 * again.
 */
export function narrows(filter: string, before: string): boolean {
  return filter.startsWith(before) && (before === '' || isAddressFilter(filter) === isAddressFilter(before))
}

function isAddressFilter(filter: string): boolean {
  return filter.toLowerCase().startsWith('0x')
}
