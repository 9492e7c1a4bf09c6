// What `scan` leaves: columns as lib/heap/heap.ts has them, of some records, and lists of what these records brought. The names and what
// is in them are lib/dump/scanner-instance.ts's too.

export const MOST_RECORDS = 1024
/** A record has at most three texts, if it repeats no key. */
export const MOST_NEW_TEXTS = 8 * MOST_RECORDS

export const addresses: usize = memory.data(4 * 1024, 16)
export const classes: usize = memory.data(4 * 1024, 16)
export const memsizes: usize = memory.data(4 * 1024, 16)
export const generations: usize = memory.data(4 * 1024, 16)
/** Of values: their ids. Of texts: -2 - key. Else -1. */
export const details: usize = memory.data(4 * 1024, 16)
export const sizes: usize = memory.data(4 * 1024, 16)
export const shapes: usize = memory.data(4 * 1024, 16)
/** Keys of sites, or -1. */
export const sites: usize = memory.data(4 * 1024, 16)
/** Where a record's references end; they begin where those of the record before end. */
export const edgeEnds: usize = memory.data(4 * 1024, 16)
export const types: usize = memory.data(1024, 16)
export const flags: usize = memory.data(1024, 16)

/** Texts with a new key: where they begin and end. */
export const newTexts: usize = memory.data(8 * 8 * 1024, 16)
/** Sites with a new key: key of the path, line. */
export const newSites: usize = memory.data(8 * 1024, 16)
/** The first method that was met at a site: key of the site, key of the method. */
export const siteMethods: usize = memory.data(8 * 1024, 16)
/** Values with a new id: both lanes of the hash, where the text begins and ends. */
export const newValues: usize = memory.data(16 * 1024, 16)
/** Values that were met for the second time: id, where the text begins and ends. */
export const repeatedValues: usize = memory.data(12 * 1024, 16)
/** Number of a record in the batch, code of its superclass. */
export const superclasses: usize = memory.data(8 * 1024, 16)
/** Number of a page, bytes of its slots. */
export const slotSizes: usize = memory.data(8 * 1024, 16)

export let recordCount: i32 = 0
export let newTextCount: i32 = 0
export let newSiteCount: i32 = 0
export let siteMethodCount: i32 = 0
export let newValueCount: i32 = 0
export let repeatedValueCount: i32 = 0
export let superclassCount: i32 = 0
export let slotSizeCount: i32 = 0

export function emptyBatch(): void {
  recordCount = 0
  newTextCount = 0
  newSiteCount = 0
  siteMethodCount = 0
  newValueCount = 0
  repeatedValueCount = 0
  superclassCount = 0
  slotSizeCount = 0
}

export function addNewText(start: usize, end: usize): void {
  addPair(newTexts, newTextCount++, <u32>start, <u32>end)
}

export function addNewSite(file: u32, line: i32): void {
  addPair(newSites, newSiteCount++, file, line)
}

export function addSiteMethod(site: u32, method: u32): void {
  addPair(siteMethods, siteMethodCount++, site, method)
}

export function addNewValue(hash: u64, start: usize, end: usize): void {
  const at = newValues + (<usize>newValueCount << 4)
  newValueCount++
  store<u64>(at, hash)
  store<u32>(at, <u32>start, 8)
  store<u32>(at, <u32>end, 12)
}

export function addRepeatedValue(id: u32, start: usize, end: usize): void {
  const at = repeatedValues + <usize>repeatedValueCount * 12
  repeatedValueCount++
  store<u32>(at, id)
  store<u32>(at, <u32>start, 4)
  store<u32>(at, <u32>end, 8)
}

export function addSuperclass(code: i32): void {
  addPair(superclasses, superclassCount++, recordCount, code)
}

export function addSlotSize(page: i32, bytes: i32): void {
  addPair(slotSizes, slotSizeCount++, page, bytes)
}

@inline
function addPair(list: usize, count: i32, first: u32, second: u32): void {
  const at = list + (<usize>count << 3)
  store<u32>(at, first)
  store<u32>(at, second, 4)
}

@inline
export function addRecord(
  address: i32, type: i32, classCode: i32, memsize: i32, site: i32, generation: i32, detail: i32, size: i32, shape: i32, bits: u32, edgeEnd: u32,
): void {
  const at = <usize>recordCount
  const word = at << 2
  recordCount++
  store<i32>(addresses + word, address)
  store<i32>(classes + word, classCode)
  store<i32>(memsizes + word, memsize)
  store<i32>(generations + word, generation)
  store<i32>(details + word, detail)
  store<i32>(sizes + word, size)
  store<i32>(shapes + word, shape)
  store<i32>(sites + word, site)
  store<u32>(edgeEnds + word, edgeEnd)
  store<u8>(types + at, type)
  store<u8>(flags + at, bits)
}
