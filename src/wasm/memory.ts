// Memory that is allocated once and never given back: what grows leaves its old place. All of it goes with the instance.

let top: usize = (__heap_base + 15) & ~15

export function allocate(bytes: usize): usize {
  const start = top
  top = (top + bytes + 15) & ~15
  const missing = <i32>((top + 0xffff) >> 16) - memory.size()
  if (missing > 0 && memory.grow(missing) < 0) unreachable()
  return start
}
