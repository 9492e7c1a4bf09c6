// Scans over all objects, in WebAssembly (src/wasm/scans): V8 takes longer to warm up and to compile a loop than it takes to go through a million
// objects once. What an object of 4 GiB and more takes, the columns don't hold: it is added here.
import {NONE} from '../columns.js'
import type {Heap} from '../heap.js'
import {Accumulations} from './accumulations.js'
import {Collections} from './collections.js'
import {Groups} from './groups.js'
import {Pages} from './pages.js'
import {scanCode} from './scan-code.js'
import {Select} from './select.js'
import {Tallies} from './tallies.js'

const NO_NAME = -2

/** What takes no columns of the caller's gives arrays of its own. Made once a heap (`heap.scans`). */
export class Scans {
  readonly accumulations: Accumulations
  readonly collections: Collections
  readonly groups: Groups
  readonly pages: Pages
  readonly select: Select
  readonly tallies: Tallies

  constructor(heap: Heap) {
    showColumns(heap)
    this.accumulations = new Accumulations(heap)
    this.collections = new Collections(heap)
    this.groups = new Groups(heap)
    this.pages = new Pages(heap)
    this.select = new Select(heap)
    this.tallies = new Tallies(heap)
  }
}

/** The code in this heap's memory learns where the columns are. */
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
  // What is not there is no detail of any object; -1 is.
  const nameOf = (text: string) => (tables.texts.find(text) === NONE ? NO_NAME : tables.texts.find(text))
  code.setDataNames(nameOf('env'), nameOf('ifunc'), nameOf('proc'))
}
