// Memory that is allocated once and never given back: what grows leaves its old place. All of it goes with the instance. What nobody writes
// to is zero, and takes nothing of the machine's.

let top: usize = (__heap_base + 15) & ~15

/** Traps (`unreachable`) where WebAssembly's 4 GiB are used up, or the machine gives no more. */
export function allocate(bytes: usize): usize {
  const start = top
  const end = (<u64>start + bytes + 15) & ~15
  if (end >= 0xffffffff) unreachable()
  const missing = <i32>((end + 0xffff) >> 16) - memory.size()
  if (missing > 0 && memory.grow(missing) < 0) unreachable()
  top = <usize>end
  return start
}

/** Makes sure that so many bytes can be allocated: at once, since V8 takes every growth for a reason to collect garbage. */
export function prepare(bytes: usize): void {
  const end = <u64>top + bytes
  const missing = <i32>(min(end + 0xffff, 0xffffffff) >> 16) - memory.size()
  if (missing > 0) memory.grow(missing)
}

/** `bytes` of `old` in a new place that has room for `capacity`. */
export function moved(old: usize, bytes: usize, capacity: usize): usize {
  const place = allocate(capacity)
  memory.copy(place, old, bytes)
  leave(old, bytes)
  return place
}

/** Places that something has grown out of: where they begin, how many bytes they have. Small ones, and what comes after the last, are forgotten. */
export const left: usize = memory.data(8 * 256, 16)
export let leftCount: i32 = 0

export function leave(start: usize, bytes: usize): void {
  if (bytes < 1 << 16 || leftCount == 256) return
  store<u32>(left + (<usize>leftCount << 3), <u32>start)
  store<u32>(left + (<usize>leftCount << 3), <u32>bytes, 4)
  leftCount++
}
