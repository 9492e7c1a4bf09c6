// The heap's columns, as in lib/heap/columns.ts: records are written in their final place.
import {allocate, moved} from './memory'

let recordCapacity: u32 = 0
let edgeCapacity: u32 = 0
export let recordCount: u32 = 0
export let edgeCount: u32 = 0

export let addresses: usize = 0
export let classes: usize = 0
export let memsizes: usize = 0
export let generations: usize = 0
/** Ids of values; -2 - key for texts; otherwise -1. */
export let details: usize = 0
export let sizes: usize = 0
export let shapes: usize = 0
/** Keys of sites, or -1. */
export let sites: usize = 0
/** One entry more than there are records. */
export let firstEdge: usize = 0
export let types: usize = 0
export let flags: usize = 0
export let edges: usize = 0

/** Call once, before the first record. Columns grow if they must. */
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

/** Adds a reference of the next record. */
export function addReference(code: i32): void {
  if (edgeCount == edgeCapacity) {
    edges = moved(edges, <usize>edgeCount << 2, <usize>edgeCapacity << 3)
    edgeCapacity <<= 1
  }

  store<i32>(edges + (<usize>edgeCount << 2), code)
  edgeCount++
}

/** Takes back references. */
export function dropEdges(count: u32): void {
  edgeCount = count
}

/** Adds a record, with the references added since the last one. */
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
  // Zeros are not written: before Ruby 3.2 there are no shapes at all.
  if (size != 0) store<i32>(sizes + word, size)
  if (shape != 0) store<i32>(shapes + word, shape)
}
