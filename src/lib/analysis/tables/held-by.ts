// The owners of most live memory: classes, modules and threads that you can grep for, without those held by another
// one. One pass over the classes.
import {TYPE} from '../../heap/object-types.js'
import {asideOf} from '../objects/aside.js'
import {type AnalysisOptions, takeTop} from '../objects/options.js'
import {type Dominator, dominatorRow} from './dominators.js'
import {roleOf} from '../objects/role-of.js'
import type {Role} from '../objects/roles.js'
import type {Subject} from '../objects/subject.js'

/** Object and the singleton class of main hold whatever constants hold, so naming them says nothing. */
const HOLDERS: ReadonlySet<Role> = new Set(['class', 'module', 'thread'])

/** By retained size without the tracer, the agent and stacks. */
export function heldBy({heap, graph}: Subject, options: AnalysisOptions): readonly Dominator[] {
  const {retainedSizes} = graph
  const aside = asideOf(heap)
  const sizeOf = (index: number) => retainedSizes[index] - aside.below(index)
  const candidates = [...heap.scans.select.ofTypes([TYPE.CLASS, TYPE.MODULE]), ...heap.natives('VM/thread')]
  const holders = new Set(
    candidates.filter(
      index => options.only?.[index] !== 0 && graph.isReachable(index) && HOLDERS.has(roleOf(heap, index)),
    ),
  )
  const outermost = [...holders].filter(index => !holders.has(graph.dominator(index)) && sizeOf(index) > 0)
  const sorted = outermost.toSorted((a, b) => sizeOf(b) - sizeOf(a) || a - b)
  return takeTop(sorted, options).map(index => dominatorRow(graph, index))
}
