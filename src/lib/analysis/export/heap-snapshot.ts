// A dump as a heap snapshot of V8, which Chrome DevTools opens: live objects, named by their classes, and the references
// between them. Dominators, retained sizes and distances that DevTools computes are those of our reports.
import {TYPE} from '../../heap/object-types.js'
import {printable} from '../../printable.js'
import {formatBytes, formatCount, formatObjects} from '../../units.js'
import {labelOf} from '../objects/labels.js'
import type {Subject} from '../objects/subject.js'
import {LOWER_BOUNDS} from '../report/incomplete.js'
import {isRedacted} from '../report/mask-text.js'
import {type DumpFacts, factsOf} from '../report/report.js'
import {SnapshotEdges} from './snapshot-edges.js'
import {type SnapshotNodes, snapshotNodes} from './snapshot-nodes.js'
import {TextWriter} from './text-writer.js'

export type SnapshotOptions = {
  /** The descriptor of an open file. */
  readonly file: number
  readonly title: string
  /** Whether strings that the dump has at least twice show their contents. */
  readonly showValues: boolean
  /** The estimated size of the file, at most; undefined: what DevTools can open. */
  readonly mostBytes?: number | undefined
}

export type SnapshotFacts = {
  readonly dump: DumpFacts
  readonly bytes: number
  readonly nodes: number
  readonly edges: number
  /** What is left out, merged or wrong, in sentences; they are in the file too. */
  readonly notes: readonly string[]
}

const NODE_TYPES = [
  'hidden',
  'array',
  'string',
  'object',
  'code',
  'closure',
  'regexp',
  'number',
  'native',
  'synthetic',
  'concatenated string',
  'sliced string',
  'symbol',
  'bigint',
  'object shape',
]
const EDGE_TYPES = ['context', 'element', 'property', 'internal', 'hidden', 'shortcut', 'weak']
const NODE = {native: 8, object: 3, string: 2, synthetic: 9}
const EDGE = {element: 1, internal: 3, property: 2, weak: 6}

/** As Chrome writes them: some readers expect each of these. */
const META = {
  edge_fields: ['type', 'name_or_index', 'to_node'],
  edge_types: [EDGE_TYPES, 'string_or_number', 'node'],
  location_fields: ['object_index', 'script_id', 'line', 'column'],
  node_fields: ['type', 'name', 'id', 'self_size', 'edge_count', 'trace_node_id', 'detachedness'],
  node_types: [NODE_TYPES, 'string', 'number', 'number', 'number', 'number', 'number'],
  sample_fields: ['timestamp_us', 'last_assigned_id'],
  trace_function_info_fields: ['function_id', 'name', 'script_name', 'script_id', 'line', 'column'],
  trace_node_fields: ['id', 'function_info_index', 'count', 'size', 'children'],
}
const NODE_FIELDS = META.node_fields.length
/** DevTools keeps numbers in 32 bits. */
const MOST_BYTES = 2 ** 32 - 1

/** Throws what the file system throws. */
export function heapSnapshot(subject: Subject, {file, mostBytes, showValues, title}: SnapshotOptions): SnapshotFacts {
  const nodes = snapshotNodes(subject.graph, subject.classes, mostBytes)
  const edges = new SnapshotEdges(subject.graph, nodes)
  const notes = notesOf(subject, nodes, showValues)
  const counts = countEdges(nodes, edges)
  // ROOT has an edge to each note.
  counts[0] += notes.length
  const edgeCount = counts.reduce((sum, count) => sum + count, 0)
  const nodeCount = nodes.count + notes.length
  const writer = new TextWriter(file)
  const snapshot = {edge_count: edgeCount, meta: META, node_count: nodeCount, trace_function_count: 0}
  writer.text(`{"snapshot":${JSON.stringify(snapshot)},\n"nodes":[`)
  const strings = new Strings()
  writeNodes(writer, {counts, naming: {showValues, strings}, nodes, notes, subject, title})
  writer.text('],\n"edges":[')
  writeEdges(writer, {count: edgeCount, edges, nodes, notes, strings})
  writer.text('],\n"trace_function_infos":[],\n"trace_tree":[],\n"samples":[],\n"locations":[],\n"strings":[')
  strings.writeTo(writer)
  writer.text(']}\n')
  writer.flush()
  return {bytes: writer.bytes, dump: factsOf(subject), edges: edgeCount, nodes: nodeCount, notes}
}

/** Numbered in order of first use. */
class Strings {
  readonly #numbers = new Map<string, number>()

  number(text: string): number {
    let number = this.#numbers.get(text)
    if (number === undefined) this.#numbers.set(text, (number = this.#numbers.size))
    return number
  }

  writeTo(writer: TextWriter): void {
    let separator = ''
    for (const text of this.#numbers.keys()) {
      writer.text(`${separator}\n${JSON.stringify(printable(text))}`)
      separator = ','
    }
  }
}

function countEdges({count}: SnapshotNodes, edges: SnapshotEdges): Uint32Array {
  const counts = new Uint32Array(count)
  for (let node = 0; node < count; node++) {
    let found = 0
    edges.each(node, () => found++)
    counts[node] = found
  }

  return counts
}

type Naming = {readonly showValues: boolean; readonly strings: Strings}
type Nodes = {
  readonly counts: Uint32Array
  readonly naming: Naming
  readonly nodes: SnapshotNodes
  readonly notes: readonly string[]
  readonly subject: Subject
  readonly title: string
}

function writeNodes(writer: TextWriter, {counts, naming, nodes, notes, subject, title}: Nodes): void {
  const {strings} = naming
  const write = (node: number, type: number, name: string, bytes: number, edges: number) => {
    if (node > 0) writer.text(',\n')
    writer.number(type, true)
    writer.number(strings.number(name), true)
    // V8 gives its own objects odd ids.
    writer.number(node * 2 + 1, true)
    writer.number(bytes, true)
    writer.number(edges, true)
    writer.text('0,0')
  }

  write(0, NODE.synthetic, title, 0, counts[0])
  for (let node = 1; node < nodes.count; node++) {
    const {name, type} = describe(subject, nodes, node, naming)
    write(node, type, name, sizeOf(subject, nodes, node), counts[node])
  }

  for (const [at, note] of notes.entries()) write(nodes.count + at, NODE.synthetic, note, 0, 0)
}

function sizeOf({heap}: Subject, {first, members}: SnapshotNodes, node: number): number {
  let bytes = 0
  for (let at = first[node]; at < first[node + 1]; at++) bytes += heap.memsize(members[at])
  return Math.min(bytes, MOST_BYTES)
}

/** The types of whatever has a name of its own; DevTools lists all others by class. */
const NAMED: ReadonlySet<number> = new Set([TYPE.CLASS, TYPE.MODULE, TYPE.ICLASS])

function describe(
  {classes: {groupOf, names}, heap}: Subject,
  nodes: SnapshotNodes,
  node: number,
  {showValues}: Naming,
): {readonly name: string; readonly type: number} {
  const index = nodes.members[nodes.first[node]]
  const className = names[groupOf[index]]
  if (isFolded(nodes, node)) return {name: `${className} (folded)`, type: NODE.object}
  const {details, types} = heap.columns
  if (NAMED.has(types[index])) return {name: labelOf(heap, index), type: NODE.object}
  if (showValues && types[index] === TYPE.STRING && details[index] >= 0) {
    const text = heap.tables.values.text(details[index])
    if (text !== null && !isRedacted(text)) return {name: text, type: NODE.string}
  }

  // DevTools names JavaScript's plain objects by their properties.
  return {name: className, type: className === 'Object' ? NODE.native : NODE.object}
}

type Edges = {
  readonly edges: SnapshotEdges
  readonly count: number
  readonly nodes: SnapshotNodes
  readonly notes: readonly string[]
  readonly strings: Strings
}

function writeEdges(writer: TextWriter, {edges, count, nodes, notes, strings}: Edges): void {
  let left = count
  const write = (type: number, nameOrIndex: number, node: number) => {
    writer.number(type, true)
    writer.number(nameOrIndex, true)
    writer.number(node * NODE_FIELDS, --left > 0)
  }

  const about = strings.number('about this file')
  for (const at of notes.keys()) write(EDGE.internal, about, nodes.count + at)
  for (let node = 0; node < nodes.count; node++) {
    const isGroup = isFolded(nodes, node)
    edges.each(node, edge => {
      const target = nodes.nodeOf[edge.target]
      if (edge.isOwning && !isGroup && edges.isElement(edge)) {
        write(EDGE.element, edge.place, target)
        return
      }

      const name = edges.name(edge) ?? 'reference'
      const type = edge.isOwning ? (name.startsWith('@') ? EDGE.property : EDGE.internal) : EDGE.weak
      write(type, strings.number(name), target)
    })
  }
}

/** Whether it stands for several objects. */
function isFolded({first}: SnapshotNodes, node: number): boolean {
  return first[node + 1] - first[node] > 1
}

function notesOf({heap, read}: Subject, nodes: SnapshotNodes, showValues: boolean): readonly string[] {
  const notes: string[] = []
  if (read.truncated) notes.push(LOWER_BOUNDS)
  if (nodes.leastBytes > 0) notes.push(foldingOf(nodes))
  const garbage = heap.count + 1 - nodes.members.length
  if (garbage > 0) notes.push(`Garbage that was not collected yet is left out: ${formatObjects(garbage)}.`)
  notes.push(
    showValues
      ? 'Strings that occur only once in the dump are shown without their contents.'
      : 'String contents are left out.',
  )
  return notes
}

function foldingOf(nodes: SnapshotNodes): string {
  const {count, first, leastBytes} = nodes
  let [objects, groups] = [0, 0]
  for (let node = 0; node < count; node++) {
    if (!isFolded(nodes, node)) continue
    objects += first[node + 1] - first[node]
    groups++
  }

  return (
    `Folded: objects that retain less than ${formatBytes(leastBytes)} are one node for each class below their ` +
    `dominator, with everything that they dominate: ${formatObjects(objects)} in ${formatCount(groups)} nodes. ` +
    'Retained sizes of all other objects are exact; distances can be shorter than in the dump.'
  )
}
