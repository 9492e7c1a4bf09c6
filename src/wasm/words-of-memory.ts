// Columns of words in memory, by where they begin.

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

/** Of a column of any numbers. */
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

/** Of a column of sizes, which are floating point or words without a sign. */
@inline
export function sizeAt(column: usize, index: i32, isWide: bool): f64 {
  return isWide ? wide(column, index) : <f64>load<u32>(column + (<usize>index << 2))
}

/** Of words without a sign. */
export function sumOfWords(column: usize, count: i32): f64 {
  let sum: u64 = 0
  // Loaded without a sign: the compiler takes a cast of what was loaded with one for none.
  for (let index = 0; index < count; index++) sum += load<u32>(column + (<usize>index << 2))
  return <f64>sum
}
