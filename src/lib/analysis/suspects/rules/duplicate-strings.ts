// Many copies of few texts: parsed input, column values, keys that were never frozen.
import {NONE} from '../../../heap/heap.js'
import {TYPE} from '../../../heap/object-types.js'
import {NO_SITE} from '../../../heap/site-table.js'
import {formatBytes, formatCount} from '../../../units.js'
import type {SuspectContext} from '../context.js'
import type {Finding} from '../finding.js'
import {type Owner, ownerOf} from '../owner.js'
import {ownerInWords} from '../words.js'

/** Copies of a text that are worth counting. */
const LEAST_COPIES = 100
/** Texts that say nothing about whom to ask. */
const LEAST_SHARE = 0.01
const LEAST_BYTES = 500_000
const SAMPLE = 300

export function duplicateStringsRule(context: SuspectContext): Finding[] {
  const {heap, graph} = context
  const {types, details, sites} = heap.columns
  const counts = new Uint32Array(heap.tables.values.size)
  const bytes = new Float64Array(heap.tables.values.size)
  for (let index = 0; index < heap.count; index++) {
    if (types[index] !== TYPE.STRING || details[index] === NONE || !graph.isReachable(index)) continue
    counts[details[index]]++
    bytes[details[index]] += heap.memsize(index)
  }

  let wasted = 0
  let copies = 0
  let texts = 0
  const repeated = new Uint8Array(counts.length)
  for (let value = 0; value < counts.length; value++) {
    if (counts[value] < LEAST_COPIES) continue
    repeated[value] = 1
    wasted += ((counts[value] - 1) * bytes[value]) / counts[value]
    copies += counts[value]
    texts++
  }

  if (wasted < LEAST_BYTES || context.share(wasted) < LEAST_SHARE) return []
  const members: number[] = []
  for (let index = 0; index < heap.count; index++) {
    if (types[index] === TYPE.STRING && details[index] !== NONE && repeated[details[index]] === 1 && graph.isReachable(index)) members.push(index)
  }

  const owner = mostFrequentOwner(context, members)
  const isTraced = members.some(member => sites[member] !== NO_SITE)
  return [
    {
      advice:
        `Give equal texts one object: -string (String#-@) returns the shared one, # frozen_string_literal: true does it for literals, ` +
        `a frozen lookup table for values that come in from outside${isTraced ? '' : '. A traced dump (heapdump:trigger --trace 5m) tells the lines'}.`,
      evidence: [`${formatCount(copies)} copies of ${formatCount(texts)} texts; one of each would save ${formatBytes(wasted)}`],
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

/** Whoever holds most of the copies, by a sample. */
function mostFrequentOwner({graph}: SuspectContext, members: readonly number[]): Owner {
  const seen = new Map<string, {owner: Owner; count: number}>()
  const step = Math.max(1, Math.floor(members.length / SAMPLE))
  for (let at = 0; at < members.length; at += step) {
    const owner = ownerOf(graph, members[at])
    const known = seen.get(owner.name)
    if (known) known.count++
    else seen.set(owner.name, {count: 1, owner})
  }

  return [...seen.values()].toSorted((a, b) => b.count - a.count)[0].owner
}
