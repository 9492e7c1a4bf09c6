// All that is known of a stored dump without reading it, as names and values.
import type {HistoryReport} from '../analysis/history/judge-history.js'
import type {StoredDump} from '../store/store.js'
import {formatAge, formatBytes, formatCount, formatCounted, formatDuration, formatQuota} from '../units.js'
import {pastFacts} from './past-facts.js'

/** `dump` as the list has it, what GC.stat was, and the past of its process. */
export type RecordedDump = StoredDump & {
  readonly gc: Readonly<Record<string, unknown>> | null
  readonly history: HistoryReport | null
}

export function dumpFacts(dump: RecordedDump, bucket: string): ReadonlyArray<readonly [string, string]> {
  const yesNo = (value: boolean | null, yes: string, no: string) => (value === null ? 'unknown' : value ? yes : no)
  const window =
    dump.tracedSeconds === null ? 'yes, since the process started' : `yes, for ${formatDuration(dump.tracedSeconds)}`
  const limit = dump.quotaBytes === null ? '' : `; the dyno may have ${formatQuota(dump.quotaBytes)}`
  const facts: Array<readonly [string, string | null]> = [
    // Apart, so that each fits a line and can be copied whole.
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
    [
      'Memory',
      dump.memoryBytes === null ? null : `${formatBytes(dump.memoryBytes)} resident when it was dumped${limit}`,
    ],
    ['Growth', dump.growth === null || dump.growth.dumps === 0 ? null : describeGrowth(dump.growth)],
    ['Objects', dump.objects === null ? null : formatCount(dump.objects)],
    ['Size', dump.bytes === null ? null : `${formatBytes(dump.bytes)}, stored as ${formatBytes(dump.storedBytes)}`],
    ['Traced', yesNo(dump.traced, window, 'no: where objects were allocated is not in it')],
    ['Redacted', yesNo(dump.redacted, 'yes: values of strings are hashes', 'no: it holds every string in plain text')],
    ['Stall', dump.stallMs === null ? null : `the process stood still for ${dump.stallMs} ms`],
    ['GC', dump.gc === null ? null : describeCollections(dump.gc)],
  ]
  return [...facts.filter((fact): fact is [string, string] => fact[1] !== null), ...pastFacts(dump.history)]
}

function describeGrowth({bytes, dumps, whileDumping}: NonNullable<StoredDump['growth']>): string {
  return `${formatBytes(bytes)} since its first dump, ${formatBytes(whileDumping)} of it during dumps (${formatCount(dumps)} before this one)`
}

function describeCollections({
  count,
  major_gc_count: major,
  heap_live_slots: live,
}: Readonly<Record<string, unknown>>): string {
  const parts = [
    typeof count === 'number' ? `${formatCounted(count, 'collection')} so far` : null,
    typeof major === 'number' ? `${formatCount(major)} of them major` : null,
    typeof live === 'number' ? `${formatCounted(live, 'live slot')}` : null,
  ]
  return parts.filter(Boolean).join(', ')
}
