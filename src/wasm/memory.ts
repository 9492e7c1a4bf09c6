// Memory that is allocated once and never freed: what grows leaves its old place behind. All of it goes with the
// instance. Memory that is never written to is zero, and uses no physical memory.

let top: usize = (__heap_base + 15) & ~15

/** Traps (`unreachable`) if WebAssembly's 4 GiB are used up, or the machine has no more memory. */
export function allocate(bytes: usize): usize {
  const start = top
  const end = (<u64>start + bytes + 15) & ~15
  if (end >= 0xffffffff) unreachable()
  const missing = <i32>((end + 0xffff) >> 16) - memory.size()
  if (missing > 0 && memory.grow(missing) < 0) unreachable()
  top = <usize>end
  return start
}

/** Grows the memory for that many bytes at once, since V8 takes every growth as a reason to collect garbage. */
export function prepare(bytes: usize): void {
  const end = <u64>top + bytes
  const missing = <i32>(min(end + 0xffff, 0xffffffff) >> 16) - memory.size()
  if (missing > 0) memory.grow(missing)
}

/** Copies `bytes` from `old` to a new place with that `capacity`. */
export function moved(old: usize, bytes: usize, capacity: usize): usize {
  const place = allocate(capacity)
  memory.copy(place, old, bytes)
  leave(old, bytes)
  return place
}

/** Places that something has outgrown: address and length. Small ones, and those beyond the last entry, are dropped. */
export const left: usize = memory.data(8 * 256, 16)
export let leftCount: i32 = 0

export function leave(start: usize, bytes: usize): void {
  if (bytes < 1 << 16 || leftCount == 256) return
  store<u32>(left + (<usize>leftCount << 3), <u32>start)
  store<u32>(left + (<usize>leftCount << 3), <u32>bytes, 4)
  leftCount++
}
