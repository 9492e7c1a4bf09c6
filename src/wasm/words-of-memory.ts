// Columns of words in memory, given by their addresses.

export const NO_NODE: i32 = -1
/** No object. */
export const NONE: i32 = -1

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

/** An entry in a column of any number type. */
@inline
export function entry<T extends number>(column: usize, index: i32): T {
  return load<T>(column + <usize>index * sizeof<T>())
}

@inline
export function add<T extends number>(column: usize, index: i32, value: T): void {
  store<T>(column + <usize>index * sizeof<T>(), <T>(entry<T>(column, index) + value))
}

/** The same for columns in floating point. */
@inline
export function wide(column: usize, index: i32): f64 {
  return entry<f64>(column, index)
}

@inline
export function setWide(column: usize, index: i32, value: f64): void {
  store<f64>(column + (<usize>index << 3), value)
}

@inline
export function addWide(column: usize, index: i32, value: f64): void {
  add<f64>(column, index, value)
}

/** A size: floating point, or an unsigned word. */
@inline
export function sizeAt(column: usize, index: i32, isWide: bool): f64 {
  return isWide ? wide(column, index) : <f64>load<u32>(column + (<usize>index << 2))
}

/** The sum of unsigned words. */
export function sumOfWords(column: usize, count: i32): f64 {
  let sum: u64 = 0
  // Loaded as unsigned: the compiler optimizes away a cast of a signed load.
  for (let index = 0; index < count; index++) sum += load<u32>(column + (<usize>index << 2))
  return <f64>sum
}
