// Summaries by release, dyno or process. Only processes of one kind are compared: Puma workers of web dynos hold other
// things than Sidekiq.
import {processTypeOf} from '../../process-type.js'
import type {DumpSummary, SummarizedDump} from './dump-summary.js'
import {groupRows} from './group-rows.js'

/** The names by which dumps can be grouped. */
export type By = keyof Omit<
  SummarizedDump,
  'bootedAt' | 'createdAt' | 'id' | 'key' | 'memoryBytes' | 'pid' | 'quotaBytes'
>

/** Oldest dump first. */
export type GroupOfDumps = {readonly name: string; readonly summaries: readonly DumpSummary[]}

export type ProcessKind = {
  /** `web`; null: unknown. */
  readonly type: string | null
  /** `puma worker`, without its number; null: unknown. */
  readonly role: string | null
}

export function kindOf({dump: {dyno, process}}: DumpSummary): ProcessKind {
  return {role: process?.replace(/ \d+$/, '') ?? null, type: dyno === null ? null : processTypeOf(dyno)}
}

export function kindName({role, type}: ProcessKind): string {
  return [type, role].filter(Boolean).join(', ') || 'unknown process'
}

/** The kind with most dumps first. */
export function byKind(summaries: readonly DumpSummary[]): ReadonlyArray<readonly DumpSummary[]> {
  return [...groupRows(summaries, one => kindName(kindOf(one))).values()].toSorted((a, b) => b.length - a.length)
}

/** Leaves out dumps with an unknown name. Releases in the order of their numbers, or of their first dumps. */
export function groupsBy(by: By, summaries: readonly DumpSummary[]): readonly GroupOfDumps[] {
  const inOrder = summaries.toSorted((a, b) => (a.dump.createdAt ?? '').localeCompare(b.dump.createdAt ?? ''))
  const named = inOrder.filter(({dump}) => dump[by] !== null)
  const groups = [...groupRows(named, ({dump}) => dump[by] ?? '')].map(([name, members]) => ({
    name,
    summaries: members,
  }))
  const isNumbered = groups.every(({name}) => /^v\d+$/.test(name))
  return by === 'release' && !isNumbered
    ? groups
    : groups.toSorted((a, b) => a.name.localeCompare(b.name, 'en', {numeric: true}))
}
