// Columns of words in memory, by where they begin.

export const NO_NODE: i32 = -1

@inline
export function get(column: usize, index: i32): i32 {
  return load<i32>(column + (<usize>index << 2))
}

@inline
export function set(column: usize, index: i32, value: i32): void {
  store<i32>(column + (<usize>index << 2), value)
}

export function fill(column: usize, count: i32, value: i32): void {
  for (let index = 0; index < count; index++) set(column, index, value)
}
