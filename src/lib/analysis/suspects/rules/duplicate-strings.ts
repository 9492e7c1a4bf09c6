// Many copies of few texts: parsed input, column values, keys that were never frozen.
import {NONE} from '../../../heap/columns.js'
import {NO_SITE} from '../../../heap/site-table.js'
import {formatBytes, formatCount} from '../../../units.js'
import {valueCounts} from '../../objects/value-counts.js'
import type {SuspectContext} from '../context.js'
import type {Finding} from '../finding.js'
import {mostFrequentOwner} from '../../objects/owner.js'
import {ownerInWords} from '../words.js'

/** Copies of a text that are worth counting. */
const LEAST_COPIES = 100
/** Texts that say nothing about whom to ask. */
const LEAST_SHARE = 0.01
const LEAST_BYTES = 500_000

export function duplicateStringsRule(context: SuspectContext): Finding[] {
  const {heap, graph} = context
  const {sites} = heap.columns
  // The table of duplicate strings has counted all, garbage too.
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
  const texts = repeated.length
  const owner = mostFrequentOwner(graph, members)
  const isTraced = members.some(member => sites[member] !== NO_SITE)
  return [
    {
      advice:
        `Give equal texts one object: -string (String#-@) returns the shared one, ` +
        `the comment frozen_string_literal: true does it for literals, ` +
        `a frozen lookup table for values that come in from outside${isTraced ? '' : '. A traced dump (heapdump:trigger --trace 5m) tells the lines'}.`,
      assessment: {by: 'waste'},
      evidence: [
        `${formatCount(copies)} copies of ${formatCount(texts)} texts; one of each would save ${formatBytes(wasted)}`,
      ],
      growth: 'settled',
      members,
      owner,
      place: NONE,
      retainedSize: Math.round(wasted),
      rule: 'duplicate-strings',
      title: `${ownerInWords(owner)} keeps ${formatCount(copies)} copies of ${formatCount(texts)} ${texts === 1 ? 'text' : 'texts'}: ${formatBytes(wasted)} for nothing`,
    },
  ]
}
