// Scans over all objects, in WebAssembly (src/wasm/scans): V8 needs longer to warm up and compile a loop than to go
// through a million objects once. The columns don't hold sizes of 4 GiB or more, so these are added here.
import {NONE} from '../columns.js'
import type {Heap} from '../heap.js'
import {Accumulations} from './accumulations.js'
import {Collections} from './collections.js'
import {Groups} from './groups.js'
import {Marks} from './marks.js'
import {Pages} from './pages.js'
import {scanCode} from './scan-code.js'
import {Select} from './select.js'
import {Tallies} from './tallies.js'

const NO_NAME = -2

/** Scans that take no columns from the caller return new arrays. Created once per heap (`heap.scans`). */
export class Scans {
  readonly accumulations: Accumulations
  readonly collections: Collections
  readonly groups: Groups
  readonly marks: Marks
  readonly pages: Pages
  readonly select: Select
  readonly tallies: Tallies

  constructor(heap: Heap) {
    showColumns(heap)
    this.accumulations = new Accumulations(heap)
    this.collections = new Collections(heap)
    this.groups = new Groups(heap)
    this.marks = new Marks(heap)
    this.pages = new Pages(heap)
    this.select = new Select(heap)
    this.tallies = new Tallies(heap)
  }
}

/** Passes the addresses of the heap's columns to the code. */
function showColumns(heap: Heap): void {
  const code = scanCode(heap.scratch.memory)
  const {columns, codes, tables} = heap
  const at = (column: Int32Array | Uint8Array | Uint32Array) => heap.scratch.at(column)
  code.setColumns(
    columns.count,
    at(columns.types),
    at(columns.flags),
    at(columns.memsizes),
    at(columns.addresses),
    at(columns.classes),
    at(columns.details),
    at(columns.firstEdge),
    at(columns.generations),
    at(columns.sites),
    at(columns.sizes),
  )
  code.setPages(codes.slotBits, codes.irregularStart, at(tables.slotSizes), heap.otherSlotSize)
  code.setCapacityKnown(codes.alignmentBits === 3)
  // An unknown name must not match any object's detail, and -1 would.
  const nameOf = (text: string) => (tables.texts.find(text) === NONE ? NO_NAME : tables.texts.find(text))
  code.setDataNames(nameOf('env'), nameOf('ifunc'), nameOf('proc'))
}
