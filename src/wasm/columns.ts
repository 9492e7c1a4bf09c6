// The heap's columns, as lib/heap/columns.ts has them: records are written where they stay.
import {allocate, moved} from './memory'

let recordCapacity: u32 = 0
let edgeCapacity: u32 = 0
export let recordCount: u32 = 0
export let edgeCount: u32 = 0

export let addresses: usize = 0
export let classes: usize = 0
export let memsizes: usize = 0
export let generations: usize = 0
/** Of values: their ids. Of texts: -2 - key. Else -1. */
export let details: usize = 0
export let sizes: usize = 0
export let shapes: usize = 0
/** Keys of sites, or -1. */
export let sites: usize = 0
/** One more than there are records. */
export let firstEdge: usize = 0
export let types: usize = 0
export let flags: usize = 0
export let edges: usize = 0

/** Once, before the first record. They grow when they must. */
export function reserveColumns(records: u32, references: u32): void {
  recordCapacity = records
  edgeCapacity = references
  const words = <usize>records << 2
  addresses = allocate(words)
  classes = allocate(words)
  memsizes = allocate(words)
  generations = allocate(words)
  details = allocate(words)
  sizes = allocate(words)
  shapes = allocate(words)
  sites = allocate(words)
  firstEdge = allocate(words + 4)
  types = allocate(records)
  flags = allocate(records)
  edges = allocate(<usize>references << 2)
}

function growRecords(): void {
  const words = <usize>recordCount << 2
  recordCapacity <<= 1
  const capacity = <usize>recordCapacity << 2
  addresses = moved(addresses, words, capacity)
  classes = moved(classes, words, capacity)
  memsizes = moved(memsizes, words, capacity)
  generations = moved(generations, words, capacity)
  details = moved(details, words, capacity)
  sizes = moved(sizes, words, capacity)
  shapes = moved(shapes, words, capacity)
  sites = moved(sites, words, capacity)
  firstEdge = moved(firstEdge, words + 4, capacity + 4)
  types = moved(types, recordCount, recordCapacity)
  flags = moved(flags, recordCount, recordCapacity)
}

/** A reference of the record that comes next. */
export function addReference(code: i32): void {
  if (edgeCount == edgeCapacity) {
    edges = moved(edges, <usize>edgeCount << 2, <usize>edgeCapacity << 3)
    edgeCapacity <<= 1
  }

  store<i32>(edges + (<usize>edgeCount << 2), code)
  edgeCount++
}

/** Takes references back. */
export function dropEdges(count: u32): void {
  edgeCount = count
}

/** A record, with the references that were added since the last one. */
export function addRecord(
  address: i32, type: i32, classCode: i32, memsize: i32, site: i32, generation: i32, detail: i32, size: i32, shape: i32, bits: i32,
): void {
  if (recordCount == recordCapacity) growRecords()
  const at = <usize>recordCount
  const word = at << 2
  recordCount++
  store<i32>(addresses + word, address)
  store<i32>(classes + word, classCode)
  store<i32>(memsizes + word, memsize)
  store<i32>(generations + word, generation)
  store<i32>(details + word, detail)
  store<i32>(sites + word, site)
  store<u32>(firstEdge + word, edgeCount, 4)
  store<u8>(types + at, type)
  store<u8>(flags + at, bits)
  // What is zero already is not touched: before Ruby 3.2 there are no shapes at all.
  if (size != 0) store<i32>(sizes + word, size)
  if (shape != 0) store<i32>(shapes + word, shape)
}
