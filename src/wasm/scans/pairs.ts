// Objects grouped by two columns: sites of a class, lines of a text.
import {addWide, get, set} from '../words-of-memory'
import {memsizeOf} from './heap'

/**
 * Numbers the pairs that `first` and `second` (`areBytes`: a column of bytes) have for `length` objects, in the order
 * in which they occur. Writes `numbers`, by position in `indexes`, and `firsts`, the first object of each pair. Returns
 * how many there are. `heads`: 1 << `bits` words, initially zero; `nexts`: one word per pair.
 */
export function numberPairs(
  indexes: usize, length: i32, first: usize, second: usize, areBytes: bool, heads: usize, bits: i32, nexts: usize, numbers: usize, firsts: usize,
): i32 {
  let end = 0
  for (let at = 0; at < length; at++) {
    const index = get(indexes, at)
    const one = get(first, index)
    const other = secondOf(second, index, areBytes)
    const head = <i32>((((<u64>one << 32) | <u32>other) * 0x9e3779b97f4a7c15) >> (64 - <u64>bits))
    let number = get(heads, head) - 1
    while (number != -1 && (get(first, get(firsts, number)) != one || secondOf(second, get(firsts, number), areBytes) != other)) number = get(nexts, number)
    if (number == -1) {
      number = end++
      set(firsts, number, index)
      set(nexts, number, get(heads, head) - 1)
      set(heads, head, end)
    }

    set(numbers, at, number)
  }

  return end
}

@inline
function secondOf(column: usize, index: i32, areBytes: bool): i32 {
  return areBytes ? load<u8>(column + index) : get(column, index)
}

/** Counts objects and bytes by number, initially zero. */
export function tallyNumbers(indexes: usize, length: i32, numbers: usize, objects: usize, memsizes: usize): void {
  for (let at = 0; at < length; at++) {
    const number = get(numbers, at)
    set(objects, number, get(objects, number) + 1)
    addWide(memsizes, number, <f64>memsizeOf(get(indexes, at)))
  }
}
