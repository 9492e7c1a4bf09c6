// What heapdump:status reports on a dyno.
import type {HistoryReport} from '../analysis/history/judge-history.js'
import type {Instance, ProcessStatus, StatusOf} from '../protocol/messages.js'

export type ReportedProcess = ProcessStatus & {
  /** null: an agent that records none, or one that was not asked. */
  readonly history: HistoryReport | null
}

export type AgentReport = StatusOf<ReportedProcess> & {
  /** Older dynos of the same name that are still connected, as during a deploy. */
  readonly older: readonly Instance[]
  /** The dyno's memory limit, from the formation or from the dyno itself; null: unknown. */
  readonly quotaBytes: number | null
}
