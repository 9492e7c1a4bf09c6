// Ruby's heap pages: 16 KiB each up to 3.1, 64 KiB from 3.2 on. A page is returned to the system only when it is empty:
// one old object keeps it.
import type {Heap} from '../../heap/heap.js'
import type {AnalysisOptions} from '../objects/options.js'

export type SlotSizeRow = {
  readonly slotSize: number
  readonly pages: number
  readonly slots: number
  readonly objects: number
  /** Pages needed if all objects were next to each other. */
  readonly pagesNeeded: number
}

export type PageRow = {
  /** Address of the first byte. */
  readonly address: string
  readonly slotSize: number
  readonly slots: number
  readonly objects: number
  /** Objects that have survived three GCs and will keep the page for long. */
  readonly oldObjects: number
}

export type HeapPages = {
  readonly pages: number
  readonly pageBytes: number
  readonly slots: number
  readonly objects: number
  /** Free slots, in bytes. */
  readonly freeBytes: number
  /** Bytes of whole pages that compaction could free. */
  readonly fragmentedBytes: number
  readonly bySlotSize: readonly SlotSizeRow[]
  /** Number of pages by fill level in tenths: `byFill[9]` counts those at 90 % and more. */
  readonly byFill: readonly number[]
  /** The least full ones. */
  readonly emptiest: readonly PageRow[]
  /** Objects at addresses outside any page (in a damaged or rewritten dump). */
  readonly elsewhere: number
}

/** struct heap_page_header, and the alignment to a slot. */
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
    // A page that is only referred to does not belong to this heap.
    if (objects[page] === 0) continue
    const slotSize = heap.slotSizeOfPage(page >>> (16 - pageBits))
    // If there are more objects than fit, the slot size is wrong and the page is full.
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
