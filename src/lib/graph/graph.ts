// A directed graph in compressed sparse rows: 4 bytes a node and 4 an edge, nothing else.

/** No node: an unreached one's parent, the root's dominator. */
export const NO_NODE = -1

export type Graph = {
  /** Nodes are 0 … nodeCount − 1. */
  readonly nodeCount: number
  /** Edges of node i are `edges[firstEdge[i]] … edges[firstEdge[i + 1] - 1]`; nodeCount + 1 entries. */
  readonly firstEdge: Int32Array
  /** Targets; repeats and loops are allowed. */
  readonly edges: Int32Array
}
