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

/** `bytes` of `old` in a new place that has room for `capacity`. */
export function moved(old: usize, bytes: usize, capacity: usize): usize {
  const place = allocate(capacity)
  memory.copy(place, old, bytes)
  return place
}
