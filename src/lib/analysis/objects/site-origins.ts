// Whose each line of code is: asked by site for all of a heap, since tables and suspects meet the same lines again and
// again.
import {onceAHeap} from '../../heap/once-a-heap.js'
import {type CodeOrigin, originOf} from './code-origin.js'

/** By site. */
export const siteOrigins = onceAHeap(({tables: {siteTable}}): readonly CodeOrigin[] =>
  Array.from({length: siteTable.size}, (_, site) => originOf(siteTable.file(site))),
)
