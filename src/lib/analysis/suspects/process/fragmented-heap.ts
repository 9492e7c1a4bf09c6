// Pages of Ruby's heap that hold few objects each: a peak filled them, and what survived keeps them.
import {formatBytes, formatCount, formatShare} from '../../../units.js'
import {atMost, type Cause, isMuch} from './cause.js'
import {isBefore, type ProcessFacts} from './process-facts.js'

export function fragmentedHeap({pages, memory, ruby}: ProcessFacts): Cause | null {
  const {fragmentedBytes, objects, slots} = pages
  if (!isMuch(fragmentedBytes, memory)) return null
  const bytes = pages.pages * pages.pageBytes
  const worst = pages.bySlotSize
    .map(row => ({...row, emptyPages: row.pages - row.pagesNeeded}))
    .toSorted((a, b) => b.emptyPages - a.emptyPages)
    .slice(0, 2)
    .filter(({emptyPages}) => emptyPages > 0)
  return {
    advice:
      `A peak filled these pages: find what creates so many objects at once, and do it in batches (find_each, CSV.foreach). ` +
      `${compaction(ruby)}${atMost(fragmentedBytes)}.`,
    assessment: {by: 'waste'},
    bytes: fragmentedBytes,
    evidence: [
      `${formatCount(objects)} objects are in ${formatCount(pages.pages)} pages, ${formatShare(objects / slots)} full`,
      ...worst.map(
        ({pages: count, pagesNeeded, slotSize}) =>
          `slots of ${slotSize} bytes: ${formatCount(count)} pages, ${formatCount(pagesNeeded)} would do`,
      ),
    ],
    gain: fragmentedBytes,
    growth: 'settled',
    owner: "Ruby's heap",
    rule: 'fragmented-heap',
    title: `${formatBytes(fragmentedBytes)} of Ruby's heap is empty space in ${formatBytes(bytes)} of pages`,
  }
}

function compaction(ruby: string | null): string {
  if (isBefore(ruby, 3, 0)) return 'GC.compact after such a peak, or a restart, gives back '
  return 'GC.compact after such a peak gives back '
}
