// A directed graph in compressed sparse rows: 4 bytes per node and 4 per edge, nothing else.

/** No node: the parent of an unreachable one, or the dominator of the root. */
export const NO_NODE = -1

export type Graph = {
  /** Nodes are 0 … nodeCount − 1. */
  readonly nodeCount: number
  /** Edges of node i are `edges[firstEdge[i]] … edges[firstEdge[i + 1] - 1]`; nodeCount + 1 entries. */
  readonly firstEdge: Int32Array
  /** Targets; repeats and loops are allowed. */
  readonly edges: Int32Array
}
