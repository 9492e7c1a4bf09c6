// Reads a heap snapshot of V8 by its own description of its fields, and computes what DevTools shows in the plainest way.
import {mkdtempSync, openSync, closeSync, readFileSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import type {Graph} from '../../src/lib/graph/graph.js'
import {heapSnapshot, type SnapshotFacts} from '../../src/lib/analysis/export/heap-snapshot.js'
import type {Subject} from '../../src/lib/analysis/objects/subject.js'
import {dominatedBy, fromEdges} from './graphs.js'

type Document = {
  readonly snapshot: {
    readonly meta: {
      readonly node_fields: readonly string[]
      readonly node_types: readonly [readonly string[]]
      readonly edge_fields: readonly string[]
      readonly edge_types: readonly [readonly string[]]
    }
    readonly node_count: number
    readonly edge_count: number
  }
  readonly nodes: readonly number[]
  readonly edges: readonly number[]
  readonly strings: readonly string[]
}

export type SnapshotEdge = {readonly type: string; readonly name: string | number; readonly to: number}
export type SnapshotNode = {
  readonly type: string
  readonly name: string
  readonly id: number
  readonly selfSize: number
  readonly edges: readonly SnapshotEdge[]
}

export function parseSnapshot(text: string): readonly SnapshotNode[] {
  const {edges, nodes, snapshot, strings} = JSON.parse(text) as Document
  const {edge_fields: edgeFields, edge_types: edgeTypes, node_fields: nodeFields, node_types: nodeTypes} = snapshot.meta
  const rows = (numbers: readonly number[], fields: readonly string[]) =>
    Array.from({length: numbers.length / fields.length}, (_, row) =>
      Object.fromEntries(fields.map((field, at) => [field, numbers[row * fields.length + at]])),
    )
  const all = rows(edges, edgeFields).map(({type, name_or_index: name, to_node: to}) => ({
    name: edgeTypes[0][type] === 'element' ? name : strings[name],
    to: to / nodeFields.length,
    type: edgeTypes[0][type],
  }))
  const read = rows(nodes, nodeFields)
  if (read.length !== snapshot.node_count || all.length !== snapshot.edge_count)
    throw new Error('The counts are wrong.')
  let next = 0
  return read.map(({type, name, id, self_size: selfSize, edge_count: count}) => ({
    edges: all.slice(next, (next += count)),
    id,
    name: strings[name],
    selfSize,
    type: nodeTypes[0][type],
  }))
}

/** The snapshot of a heap, as text. */
export function snapshotOf(
  subject: Subject,
  options: {readonly mostBytes?: number; readonly showValues?: boolean; readonly title?: string} = {},
): {readonly text: string; readonly facts: SnapshotFacts} {
  const directory = mkdtempSync(join(tmpdir(), 'heapdump-snapshot-'))
  const path = join(directory, 'a.heapsnapshot')
  const file = openSync(path, 'wx')
  try {
    const facts = heapSnapshot(subject, {showValues: false, title: 'a heap', ...options, file})
    return {facts, text: readFileSync(path, 'utf8')}
  } finally {
    closeSync(file)
    rmSync(directory, {recursive: true})
  }
}

/** The references that DevTools follows. */
export function strongGraph(nodes: readonly SnapshotNode[]): Graph {
  return fromEdges(
    nodes.length,
    nodes.flatMap(({edges}, from) =>
      edges.flatMap(({to, type}): Array<[number, number]> => (type === 'weak' ? [] : [[from, to]])),
    ),
  )
}

/** The self sizes of everything that cannot be reached without a node. */
export function retainedBy(nodes: readonly SnapshotNode[], node: number): number {
  return [...dominatedBy(strongGraph(nodes), node)].reduce((sum, one) => sum + nodes[one].selfSize, 0)
}

/** Steps from the root. */
export function distancesOf(nodes: readonly SnapshotNode[]): ReadonlyMap<number, number> {
  const {edges, firstEdge} = strongGraph(nodes)
  const distances = new Map([[0, 0]])
  for (const [node, distance] of distances) {
    for (const target of edges.subarray(firstEdge[node], firstEdge[node + 1]))
      if (!distances.has(target)) distances.set(target, distance + 1)
  }

  return distances
}
