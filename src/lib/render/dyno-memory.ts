// How full a dyno is, and when it will be full: one sentence.
import {perHourShort, timeLeft} from '../analysis/history/history-in-words.js'
import {type HistoryReport, SETTLED_SECONDS} from '../analysis/history/judge-history.js'
import {formatBytes, formatDuration, formatQuota, formatShare} from '../units.js'
import type {AgentReport} from './agent-report.js'

/** Whether its memory climbs, for longer than it takes a cache to fill. */
export function growsNow(history: HistoryReport | null): boolean {
  return history !== null && history.memory.state === 'climbing' && history.processSeconds >= SETTLED_SECONDS
}

const HOUR = 3600
/** Heroku logs R14 above the quota. */
const NEARLY_FULL = 0.9

/** `web.1 (v42, up 8 h) uses 357 of 512 MB (70 %) and grows 72 MB/h: 512 MB in about 2 h.` */
export function memoryOfDyno(agent: AgentReport): {readonly text: string; readonly isAlarming: boolean} {
  const {dyno, processes, quotaBytes, release} = agent
  const ours = processes.reduce((sum, {rssBytes}) => sum + (rssBytes ?? 0), 0)
  // Without a limit, other processes do not matter: outside Heroku, they may be anyone's.
  const used = quotaBytes === null ? ours : (agent.usedBytes ?? ours)
  const uptime = Math.max(0, ...processes.map(({uptimeSeconds}) => uptimeSeconds ?? 0))
  const facts = [release ?? null, uptime === 0 ? null : `up ${formatDuration(roughly(uptime))}`].filter(Boolean)
  const name = facts.length === 0 ? dyno : `${dyno} (${facts.join(', ')})`
  // Both in MiB, like Heroku's own figures; elsewhere a MB is 10⁶ bytes.
  const share =
    quotaBytes === null
      ? formatBytes(used)
      : `${formatQuota(used).replace(' MB', '')} of ${formatQuota(quotaBytes)} (${formatShare(used / quotaBytes)})`
  const growing = processes.flatMap(({history}) => (history !== null && growsNow(history) ? [history.memory] : []))
  const isFull = quotaBytes !== null && used >= quotaBytes * NEARLY_FULL
  if (growing.length === 0) return {isAlarming: isFull, text: `${name} uses ${share}.`}
  const rate = growing.reduce((sum, {perHour}) => sum + (perHour ?? 0), 0)
  const slow = growing.reduce((sum, {perHourBetween}) => sum + (perHourBetween?.[0] ?? 0), 0)
  const fast = growing.reduce((sum, {perHourBetween}) => sum + (perHourBetween?.[1] ?? 0), 0)
  const growth = `${name} uses ${share} and grows ${perHourShort(rate)}`
  if (quotaBytes === null || used >= quotaBytes) return {isAlarming: true, text: `${growth}.`}
  const left = (perHour: number) => ((quotaBytes - used) / Math.max(1, perHour)) * HOUR
  return {
    isAlarming: true,
    text: `${growth}: ${formatQuota(quotaBytes)} ${timeLeft(left(rate), [left(fast), left(slow)])}.`,
  }
}

function roughly(seconds: number): number {
  return seconds < 600 ? seconds : Math.round(seconds / 60) * 60
}
