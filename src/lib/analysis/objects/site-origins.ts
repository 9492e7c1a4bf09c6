// The origin of each allocation site, computed once per heap because tables and suspects need the same sites many
// times.
import {onceAHeap} from '../../heap/once-a-heap.js'
import {type CodeOrigin, originOf} from './code-origin.js'

/** By site. */
export const siteOrigins = onceAHeap(({tables: {siteTable}}): readonly CodeOrigin[] =>
  Array.from({length: siteTable.size}, (_, site) => originOf(siteTable.file(site))),
)
