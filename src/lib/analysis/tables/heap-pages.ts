// Ruby's heap pages: 16 KiB each up to 3.1, 64 KiB from 3.2 on, given back to the system only when empty. A page with one
// old object in it stays.
import type {Heap} from '../../heap/heap.js'
import type {AnalysisOptions} from '../objects/options.js'

export type SlotSizeRow = {
  readonly slotSize: number
  readonly pages: number
  readonly slots: number
  readonly objects: number
  /** Pages that would do if all objects lay side by side. */
  readonly pagesNeeded: number
}

export type PageRow = {
  /** Address of its first byte. */
  readonly address: string
  readonly slotSize: number
  readonly slots: number
  readonly objects: number
  /** Objects that survived three garbage collections: they will keep the page for long. */
  readonly oldObjects: number
}

export type HeapPages = {
  readonly pages: number
  readonly pageBytes: number
  readonly slots: number
  readonly objects: number
  /** Free slots, in bytes. */
  readonly freeBytes: number
  /** What compaction could give back: whole pages, in bytes. */
  readonly fragmentedBytes: number
  readonly bySlotSize: readonly SlotSizeRow[]
  /** Pages by how full they are, in tenths: `pages[9]` are those of 90 % and more. */
  readonly byFill: readonly number[]
  /** The least full ones. */
  readonly emptiest: readonly PageRow[]
  /** Objects at addresses that are in no page (a damaged or rewritten dump). */
  readonly elsewhere: number
}

/** struct heap_page_header, and what alignment to a slot takes. */
const PAGE_HEADER = 8
const TENTHS = 10

export function heapPages(heap: Heap, {top}: AnalysisOptions): HeapPages {
  const {codes, pageBits, scans} = heap
  const pageBytes = 1 << pageBits
  const {elsewhere, objects, oldObjects} = scans.pages.counts
  const rows: PageRow[] = []
  const bySlotSize = new Map<number, {pages: number; slots: number; objects: number}>()
  const byFill = Array.from({length: TENTHS}, () => 0)
  for (let page = 0; page < objects.length; page++) {
    // A page that is only referred to is no page of this heap.
    if (objects[page] === 0) continue
    const slotSize = heap.slotSizeOfPage(page >>> (16 - pageBits))
    // More objects than fit: the slot size is not what it seems, and the page is full.
    const slots = Math.max(objects[page], Math.floor((pageBytes - PAGE_HEADER) / slotSize))
    let size = bySlotSize.get(slotSize)
    if (size === undefined) bySlotSize.set(slotSize, (size = {objects: 0, pages: 0, slots: 0}))
    size.pages++
    size.slots += slots
    size.objects += objects[page]
    byFill[Math.min(TENTHS - 1, Math.floor((objects[page] / slots) * TENTHS))]++
    const address = codes.address(page << (pageBits - codes.alignmentBits))
    rows.push({address, objects: objects[page], oldObjects: oldObjects[page], slotSize, slots})
  }

  const sizes = Array.from(bySlotSize, ([slotSize, size]): SlotSizeRow => ({
    slotSize,
    ...size,
    pagesNeeded: Math.ceil(size.objects / (size.slots / size.pages)),
  })).toSorted((a, b) => a.slotSize - b.slotSize)
  const sum = (value: (row: SlotSizeRow) => number) => sizes.reduce((total, row) => total + value(row), 0)
  const emptiest = rows.toSorted((a, b) => a.objects / a.slots - b.objects / b.slots)
  return {
    byFill,
    bySlotSize: sizes,
    elsewhere,
    emptiest: top === 0 ? emptiest : emptiest.slice(0, top),
    fragmentedBytes: sum(row => (row.pages - row.pagesNeeded) * pageBytes),
    freeBytes: sum(row => (row.slots - row.objects) * row.slotSize),
    objects: sum(row => row.objects),
    pageBytes,
    pages: rows.length,
    slots: sum(row => row.slots),
  }
}
