// Everything known about a stored dump without reading it, as names and values.
import type {HistoryReport} from '../analysis/history/judge-history.js'
import type {RecordedMemory} from '../analysis/tables/recorded-memory.js'
import type {StoredDump} from '../store/store.js'
import {formatAge, formatBytes, formatCount, formatCounted, formatDuration, formatQuota} from '../units.js'
import {memoryFacts} from './part-words.js'
import {pastFacts} from './past-facts.js'

/** A dump as listed, with the GC.stat values at its time and the history of its process. */
export type RecordedDump = StoredDump & {
  readonly gc: Readonly<Record<string, unknown>> | null
  readonly history: HistoryReport | null
  readonly memory: RecordedMemory | null
}

export function dumpFacts(dump: RecordedDump, bucket: string): ReadonlyArray<readonly [string, string]> {
  const yesNo = (value: boolean | null, yes: string, no: string) => (value === null ? 'unknown' : value ? yes : no)
  const window =
    dump.tracedSeconds === null ? 'yes, since the process started' : `yes, for ${formatDuration(dump.tracedSeconds)}`
  const limit = dump.quotaBytes === null ? '' : `; the dyno's quota is ${formatQuota(dump.quotaBytes)}`
  const facts: Array<readonly [string, string | null]> = [
    // Two rows, so that each fits on a line and can be copied whole.
    ['Bucket', bucket],
    ['Key', dump.key],
    ['Taken', `${dump.createdAt} (${formatAge(Date.parse(dump.createdAt), Date.now())})`],
    ['Dyno', dump.dyno],
    [
      'Process',
      dump.process === null && dump.pid === null
        ? null
        : [dump.process, dump.pid === null ? null : `pid ${dump.pid}`].filter(Boolean).join(', '),
    ],
    ['Release', dump.release],
    ['Ruby', dump.ruby],
    ['Memory', dump.memoryBytes === null ? null : `${formatBytes(dump.memoryBytes)} resident when dumped${limit}`],
    ['Growth', dump.growth === null || dump.growth.dumps === 0 ? null : describeGrowth(dump.growth)],
    ['Objects', dump.objects === null ? null : formatCount(dump.objects)],
    ['Size', dump.bytes === null ? null : `${formatBytes(dump.bytes)}, stored as ${formatBytes(dump.storedBytes)}`],
    ['Traced', yesNo(dump.traced, window, 'no: allocation sites are unknown')],
    ['Redacted', yesNo(dump.redacted, 'yes: string contents are hashes', 'no: all strings are in plain text')],
    ['Pause', dump.stallMs === null ? null : `${dump.stallMs} ms for the fork`],
    ['GC', dump.gc === null ? null : describeCollections(dump.gc)],
  ]
  return [
    ...facts.filter((fact): fact is [string, string] => fact[1] !== null),
    ...pastFacts(dump.history),
    ...(dump.memory === null ? [] : memoryFacts(dump.memory)),
  ]
}

function describeGrowth({bytes, dumps, whileDumping}: NonNullable<StoredDump['growth']>): string {
  return `${formatBytes(bytes)} since its first dump, ${formatBytes(whileDumping)} of that during dumps (${formatCount(dumps)} before this one)`
}

function describeCollections({
  count,
  major_gc_count: major,
  heap_live_slots: live,
}: Readonly<Record<string, unknown>>): string {
  const parts = [
    typeof count === 'number' ? formatCounted(count, 'collection') : null,
    typeof major === 'number' ? `${formatCount(major)} major` : null,
    typeof live === 'number' ? `${formatCounted(live, 'live slot')}` : null,
  ]
  return parts.filter(Boolean).join(', ')
}
