// What `scan` outputs besides the columns: lists of new things in the records. Names and layout match
// lib/heap/heap-memory.ts.
import {recordCount} from './columns'

export const MOST_RECORDS = 1024
/** A record has at most three texts, if no key is repeated. */
export const MOST_NEW_TEXTS = 8 * MOST_RECORDS

/** Texts with a new key: where they begin and end. */
export const newTexts: usize = memory.data(8 * 8 * 1024, 16)
/** Sites with a new key: key of the path, line. */
export const newSites: usize = memory.data(8 * 1024, 16)
/** The first method seen at a site: key of the site, key of the method. */
export const siteMethods: usize = memory.data(8 * 1024, 16)
/** New values that begin with a search path, which SQL may follow: id, where the text begins and ends. */
export const statements: usize = memory.data(12 * 1024, 16)
/** Number of a record, code of its superclass. */
export const superclasses: usize = memory.data(8 * 1024, 16)
/** Number of a page, bytes of its slots. */
export const slotSizes: usize = memory.data(8 * 1024, 16)

export let newTextCount: i32 = 0
export let newSiteCount: i32 = 0
export let siteMethodCount: i32 = 0
export let statementCount: i32 = 0
export let superclassCount: i32 = 0
export let slotSizeCount: i32 = 0

/** Whether the batch has any output: most have none. */
export function hasNews(): bool {
  return (newTextCount | newSiteCount | siteMethodCount | statementCount | superclassCount | slotSizeCount) != 0
}

export function emptyBatch(): void {
  newTextCount = 0
  newSiteCount = 0
  siteMethodCount = 0
  statementCount = 0
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

export function addStatement(id: u32, start: usize, end: usize): void {
  const at = statements + <usize>statementCount * 12
  statementCount++
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
