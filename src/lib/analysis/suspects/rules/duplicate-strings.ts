// Many copies of a few strings: parsed input, column values, keys that were never frozen.
import {NONE} from '../../../heap/columns.js'
import {NO_SITE} from '../../../heap/site-table.js'
import {formatBytes, formatCount} from '../../../units.js'
import {valueCounts} from '../../objects/value-counts.js'
import type {SuspectContext} from '../context.js'
import type {Finding} from '../finding.js'
import {mostFrequentOwner} from '../../objects/owner.js'
import {ownerInWords} from '../words.js'

/** Strings with fewer copies are not counted. */
const LEAST_COPIES = 100
/** Smaller amounts are not worth a line. */
const LEAST_SHARE = 0.01
const LEAST_BYTES = 500_000

export function duplicateStringsRule(context: SuspectContext): Finding[] {
  const {heap, graph} = context
  const {sites} = heap.columns
  // The table of duplicate strings counts garbage too.
  const {members, texts: repeated} = heap.scans.accumulations.repeatedTexts(
    valueCounts(heap).objects,
    LEAST_COPIES,
    graph.owned.strengths,
  )
  let wasted = 0
  let copies = 0
  for (const {memsize, objects} of repeated) {
    wasted += ((objects - 1) * memsize) / objects
    copies += objects
  }

  if (wasted < LEAST_BYTES || context.share(wasted) < LEAST_SHARE) return []
  const strings = repeated.length
  const owner = mostFrequentOwner(graph, members)
  const isTraced = members.some(member => sites[member] !== NO_SITE)
  return [
    {
      advice:
        `Use one object for equal strings: -string (String#-@) returns a shared one, ` +
        `the comment frozen_string_literal: true does it for literals, ` +
        `a frozen lookup table for values from outside.${isTraced ? '' : ' A traced dump (heapdump:trigger --trace 5m) shows the allocation sites.'}`,
      assessment: {by: 'waste'},
      evidence: [
        `${formatCount(copies)} copies of ${formatCount(strings)} strings; keeping one of each would save ${formatBytes(wasted)}`,
      ],
      growth: 'settled',
      members,
      owner,
      place: NONE,
      retainedSize: Math.round(wasted),
      rule: 'duplicate-strings',
      title: `${ownerInWords(owner)} holds ${formatCount(copies)} copies of ${formatCount(strings)} ${strings === 1 ? 'string' : 'strings'}, wasting ${formatBytes(wasted)}`,
    },
  ]
}
