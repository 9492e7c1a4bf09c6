// The memory of one process while a diagnosis waits: what is shown of it.
import type {LinePoint} from '../analysis/diagnosis/document.js'
import {formatBytes, formatSigned} from '../units.js'
import type {AgentReport} from './agent-report.js'

export type WatchedProcess = {
  readonly dyno: string
  /** `puma worker 1`. */
  readonly process: string
  /** The first dump. */
  readonly first: {readonly id: string; readonly memoryBytes: number | null}
  readonly startedAtMs: number
  /** When the second part begins. */
  readonly dueAtMs: number
  /** What that is: `tracing begins`. */
  readonly next: string
}

export type WatchedMemory = {
  readonly agent: AgentReport
  /** Oldest first. */
  readonly samples: readonly LinePoint[]
  /** Why there is no newer one; null: there is. */
  readonly problem: string | null
}

/** `214 MB, +16 MB since d7k2mq`. */
export function sizeInWords({id, memoryBytes}: WatchedProcess['first'], samples: readonly LinePoint[]): string {
  const now = samples.at(-1)?.rssBytes ?? null
  const change = now === null || memoryBytes === null ? '' : `, ${formatSigned(now - memoryBytes)} since ${id}`
  return `${formatBytes(now)}${change}`
}
