// The exports of src/wasm/scans.
import {CodeInMemory} from '../../wasm/code-in-memory.js'
import {compiledFile} from '../../wasm/compiled-file.js'

/** Columns are passed as addresses in memory; src/wasm/scans describes each. */
export type ScanCode = {
  readonly capacity: WebAssembly.Global
  readonly elsewhere: WebAssembly.Global
  readonly emptyCount: WebAssembly.Global
  readonly least: WebAssembly.Global
  readonly most: WebAssembly.Global
  readonly tallied: WebAssembly.Global
  readonly unusedTotal: WebAssembly.Global
  addAll(codes: number, count: number): void
  addInOrder(codes: number, from: number, count: number): number
  classify(kinds: number, namedModule: number, unnamedModule: number, imemoKinds: number, structKinds: number): void
  countFlagged(flags: number): number
  countMarks(marks: number, length: number): number
  listChildren(
    node: number,
    order: number,
    counts: number,
    ends: number,
    groupOf: number,
    places: number,
    without: number,
    out: number,
  ): void
  listCollections(found: number, lengths: number, unused: number, empty: number): number
  listRepeated(textOf: number, strengths: number, least: number, out: number, copies: number, memsizes: number): number
  markBetween(counts: number, ends: number, from: number, to: number, out: number): void
  markNumbered(numbers: number, marks: number, out: number): void
  markPages(marks: number, slotBits: number, irregularStart: number, other: number, out: number): void
  markUnlike(column: number, length: number, unwanted: number, out: number): void
  newBytesBelow(
    reached: number,
    order: number,
    dominators: number,
    sizes: number,
    isWide: boolean,
    explained: number,
    leastBytes: number,
    bootEnd: number,
    nearest: number,
    large: number,
    weights: number,
  ): number
  numberClasses(numbers: number, groupOf: number, firsts: number): number
  numberLarge(column: number, length: number, least: number, numbers: number): number
  numberPairs(
    indexes: number,
    length: number,
    first: number,
    second: number,
    areBytes: boolean,
    heads: number,
    bits: number,
    nexts: number,
    numbers: number,
    firsts: number,
  ): number
  orderByRank(codes: number, count: number, order: number): void
  owningEdges(count: number, strengths: number, first: number, targets: number): number
  pathStrengths(count: number, roots: number, rootCount: number, strengths: number, queue: number): void
  placeUnits(codes: number, count: number): number
  rankWords(length: number): number
  rename(column: number, length: number, renamed: number): void
  resolve(
    codes: number,
    length: number,
    order: number,
    resumed: number,
    passedOver: number,
    resumedCount: number,
    marks: boolean,
  ): number
  selectEqual(column: number, length: number, wanted: number, out: number): number
  selectLarge(column: number, length: number, isWide: boolean, least: number, out: number): number
  selectLargest(column: number, length: number, isWide: boolean, ofObjects: boolean, top: number, out: number): number
  selectReferrers(edges: number, target: number, out: number): number
  selectTypes(mask: number, out: number): number
  selectValues(isWanted: number, out: number): number
  setColumns(
    objects: number,
    types: number,
    flags: number,
    memsizes: number,
    addresses: number,
    classes: number,
    details: number,
    firstEdge: number,
    generations: number,
    sites: number,
    sizes: number,
  ): void
  setDataNames(environment: number, nativeBlock: number, block: number): void
  setHeap(
    kinds: number,
    classes: number,
    firstEdge: number,
    edges: number,
    stacks: number,
    stackPairs: number,
    superclasses: number,
    superclassPairs: number,
  ): void
  setOnly(only: number): void
  setPages(slotBits: number, irregularStart: number, slotSizes: number, otherSlotSize: number): void
  setCapacityKnown(known: boolean): void
  setUnits(bitsOfUnit: number, irregularStart: number, places: number, count: number): void
  setWords(words: number, ranks: number): void
  spanOf(column: number, length: number): void
  sumOfWords(column: number, length: number): number
  tally(keys: number, first: number, groups: number, mask: number, objects: number, memsizes: number): void
  tallyChildren(
    node: number,
    order: number,
    counts: number,
    ends: number,
    sizes: number,
    isWide: boolean,
    groupOf: number,
    children: number,
    bytes: number,
    largest: number,
    met: number,
  ): number
  tallyNumbers(indexes: number, length: number, numbers: number, objects: number, memsizes: number): void
  tallyPages(pageBits: number, objects: number, oldObjects: number): number
  tallyReferences(groups: number, references: number): void
  tallySites(
    nodes: number,
    length: number,
    order: number,
    counts: number,
    ends: number,
    left: number,
    bytes: number,
    met: number,
  ): number
  tallyTypes(objects: number, memsizes: number): void
  unusedIn(index: number, memsize: number): number
}

const code = new CodeInMemory<ScanCode>(() => compiledFile('scans'))

export function scanCode(memory: WebAssembly.Memory): ScanCode {
  return code.in(memory)
}
