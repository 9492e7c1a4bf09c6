// Addresses as numbers: those of real machines have 47 bits.
import type {Heap} from '../heap/heap.js'

/** The address of the object with an index; 0 for one that no machine has, in a damaged dump. */
export function addressesOf({codes, columns: {addresses}}: Heap): (index: number) => number {
  const {alignmentBits, irregularStart, pages, slotBits} = codes
  const offsets = (1 << slotBits) - 1
  const others = codes.irregular.map(digits => {
    const number = Number.parseInt(digits, 16)
    return Number.isSafeInteger(number) ? number : 0
  })
  return index => {
    const code = addresses[index]
    if (code < 0) return 0
    if (codes.isIrregular(code)) return others[code - irregularStart]
    return (pages[code >>> slotBits] >>> 0) * 65_536 + ((code & offsets) << alignmentBits)
  }
}
