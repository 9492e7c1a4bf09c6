// The addresses of the heap's columns (lib/heap/columns.ts documents each), and a filter of the objects that count.
import {get} from '../words-of-memory'

export let count: i32 = 0
let types: usize = 0
let flags: usize = 0
let memsizes: usize = 0
export let addresses: usize = 0
export let classes: usize = 0
export let details: usize = 0
export let firstEdge: usize = 0
export let generations: usize = 0
export let sites: usize = 0
let sizes: usize = 0
/** One byte per object, 0 for those that do not count. If this is 0, all objects count. */
let only: usize = 0

export function setColumns(
  objects: i32, typesAt: usize, flagsAt: usize, memsizesAt: usize, addressesAt: usize, classesAt: usize, detailsAt: usize, firstEdgeAt: usize,
  generationsAt: usize, sitesAt: usize, sizesAt: usize,
): void {
  count = objects
  types = typesAt
  flags = flagsAt
  memsizes = memsizesAt
  addresses = addressesAt
  classes = classesAt
  details = detailsAt
  firstEdge = firstEdgeAt
  generations = generationsAt
  sites = sitesAt
  sizes = sizesAt
}

/** Sets which objects count from now on. */
export function setOnly(at: usize): void {
  only = at
}

@inline
export function counts(index: i32): bool {
  return only == 0 || load<u8>(only + index) != 0
}

@inline
export function typeOf(index: i32): i32 {
  return load<u8>(types + index)
}

@inline
export function flagsOf(index: i32): u32 {
  return load<u8>(flags + index)
}

@inline
export function memsizeOf(index: i32): u32 {
  return load<u32>(memsizes + (<usize>index << 2))
}

@inline
export function sizeOf(index: i32): i32 {
  return get(sizes, index)
}
