// Algorithms on a graph in compressed sparse rows (lib/graph). They work on columns in memory that the callers provide:
// nothing here allocates.
export {shortestPaths} from './breadth-first'
export {depthFirst, leafCount} from './depth-first'
export {immediateDominators, nameDominators} from './dominators'
export {markLeaves} from './leaves'
export {countSources, listSources} from './predecessors'
export {addRetained, addRetainedWide, preorder, retainedByGroup} from './retained'
export {sumOfWords} from '../words-of-memory'
