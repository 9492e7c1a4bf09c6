// The shortest owning paths from ROOT to many objects, merged into a tree with counts. Steps of one class with the same
// kind of reference to the next are one step; a list of similar objects is one step too. Linear in the number of
// objects on the paths.
import {NO_NODE} from '../../graph/graph.js'
import {isNamedModule} from './class-names.js'
import {labelOf, referenceLabel, rootLabels} from './labels.js'
import {roleOf} from './role-of.js'
import type {Role} from './roles.js'
import type {Subject} from './subject.js'

export type MergedStep = {
  readonly className: string
  readonly label: string
  /** The role of each object in this step. */
  readonly role: Role
  /** How the previous step holds this one; for a first step, which root does; null if there is no word for it. */
  readonly reference: string | null
  /** Set if the step is a single object. */
  readonly address: string | null
  /** Distinct objects in this step. */
  readonly objects: number
  /** Of the requested objects: those below or in this step, and those in it. */
  readonly leadsTo: number
  readonly found: number
  /** The next steps, by the number of objects they lead to. */
  readonly next: readonly MergedStep[]
  /** Further branches that are not listed, and how many objects they lead to. */
  readonly moreWays: number
  readonly moreLeadTo: number
}

const MAX_DEPTH = 40

/** `top`: branches listed at each step; 0 = all. The first steps are objects that roots hold. */
export function mergedPaths(subject: Subject, members: readonly number[], top: number): readonly MergedStep[] {
  return new Merger(subject, members, top).merge()
}

class Merger {
  readonly #subject: Subject
  readonly #top: number
  readonly #isMember: Uint8Array
  /** By node: members at or below it in the tree of shortest paths. */
  readonly #leadsTo: Uint32Array
  /** That tree, restricted to paths to members: first child and next sibling. */
  readonly #firstChild: Int32Array
  readonly #sibling: Int32Array
  readonly #rootLabels: ReadonlyMap<number, string>

  constructor(subject: Subject, members: readonly number[], top: number) {
    const {heap, graph} = subject
    const {root} = graph
    const {pathParent} = graph
    this.#subject = subject
    this.#top = top
    this.#rootLabels = rootLabels(heap)
    this.#isMember = new Uint8Array(heap.count + 1)
    this.#leadsTo = new Uint32Array(heap.count + 1)
    this.#firstChild = new Int32Array(heap.count + 1).fill(NO_NODE)
    this.#sibling = new Int32Array(heap.count + 1).fill(NO_NODE)
    const entered = new Uint8Array(heap.count + 1)
    const onPath: number[] = []
    for (const member of members) {
      if (!graph.isReachable(member) || this.#isMember[member] === 1) continue
      this.#isMember[member] = 1
      this.#leadsTo[member] = 1
      // If an earlier path came through here, its ancestors are known too.
      for (let node = member; node !== root && entered[node] === 0;) {
        const parent = pathParent(node)
        entered[node] = 1
        onPath.push(node)
        this.#sibling[node] = this.#firstChild[parent]
        this.#firstChild[parent] = node
        node = parent
      }
    }

    // From the leaves up: a node is done when all its children are.
    const open = new Uint32Array(heap.count + 1)
    for (const node of onPath) open[pathParent(node)]++
    const done = onPath.filter(node => open[node] === 0)
    for (let at = 0; at < done.length; at++) {
      const node = done[at]
      const parent = pathParent(node)
      this.#leadsTo[parent] += this.#leadsTo[node]
      if (--open[parent] === 0 && parent !== root) done.push(parent)
    }
  }

  merge(): readonly MergedStep[] {
    const {root} = this.#subject.graph
    return this.#next([root], 0, 'ROOT').steps
  }

  /** The steps after `sources`, which are one step of objects of kind `ownKind`. */
  #next(
    sources: readonly number[],
    depth: number,
    ownKind: string | number,
  ): {steps: readonly MergedStep[]; moreWays: number; moreLeadTo: number; joined: readonly number[]} {
    const groups = new Map<string, number[]>()
    // Objects of the step's own kind belong to it, so a list is one step.
    const joined = [...sources]
    for (let at = 0; at < joined.length; at++) {
      for (let child = this.#firstChild[joined[at]]; child !== NO_NODE; child = this.#sibling[child]) {
        const kind = this.#kindOf(child)
        if (kind === ownKind) {
          joined.push(child)
          continue
        }

        const childKey = `${kind} ${this.#referenceOf(joined[at], child) ?? ''}`
        const group = groups.get(childKey)
        if (group === undefined) groups.set(childKey, [child])
        else group.push(child)
      }
    }

    const sum = (nodes: readonly number[]) => nodes.reduce((total, node) => total + this.#leadsTo[node], 0)
    const branches = Array.from(groups.values(), nodes => ({leadsTo: sum(nodes), nodes})).toSorted(
      (a, b) => b.leadsTo - a.leadsTo || a.nodes[0] - b.nodes[0],
    )
    const listed = depth === MAX_DEPTH ? 0 : this.#top === 0 ? branches.length : this.#top
    const more = branches.slice(listed)
    return {
      joined,
      moreLeadTo: more.reduce((total, branch) => total + branch.leadsTo, 0),
      moreWays: more.length,
      steps: branches.slice(0, listed).map(branch => this.#step(branch.nodes, branch.leadsTo, depth + 1)),
    }
  }

  #step(nodes: readonly number[], leadsTo: number, depth: number): MergedStep {
    const {heap, classes, graph} = this.#subject
    const [first] = nodes
    const {steps, joined, moreWays, moreLeadTo} = this.#next(nodes, depth, this.#kindOf(nodes[0]))
    const className = classes.names[classes.groupOf[first]]
    return {
      address: joined.length === 1 ? heap.address(first) : null,
      className,
      found: joined.reduce((total, node) => total + this.#isMember[node], 0),
      label: joined.length === 1 ? labelOf(heap, first) : className,
      leadsTo,
      moreLeadTo,
      moreWays,
      next: steps,
      objects: joined.length,
      reference: this.#referenceOf(graph.pathParent(first), first),
      role: roleOf(heap, first),
    }
  }

  /** A named class is its own kind; everything else is grouped by class. */
  #kindOf(node: number): string | number {
    const {heap, classes} = this.#subject
    return isNamedModule(heap, node) ? `module ${heap.columns.details[node]}` : classes.groupOf[node]
  }

  #referenceOf(parent: number, node: number): string | null {
    const {heap, graph} = this.#subject
    return parent === graph.root ? (this.#rootLabels.get(node) ?? null) : referenceLabel(heap, parent, node)
  }
}
