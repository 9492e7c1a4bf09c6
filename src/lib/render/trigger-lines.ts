// A running dump as log output: one plain line per event.
import type {DumpState, ProcessDump} from '../agent/dump-state.js'
import {formatBytes, formatDuration, formatObjects} from '../units.js'

/** Lines for the changes from one state to the next. Byte counts alone get no line. */
export function formatTriggerChange(before: DumpState, after: DumpState, dyno: string): string[] {
  const lines: string[] = []
  if (after.accepted && !before.accepted) {
    const names = after.processes.map(one => `${one.process} (pid ${one.pid}, ${formatBytes(one.rssBytes)})`)
    lines.push(`${dyno} answered: ${names.join(', ')}`)
  }

  if (after.tracingUntilMs !== null && before.tracingUntilMs === null) {
    const seconds = Math.max(0, (after.tracingUntilMs - Date.now()) / 1000)
    lines.push(`tracing allocations for ${formatDuration(seconds)}`)
  }

  for (const process of after.processes) {
    const previous = before.processes.find(one => one.pid === process.pid)
    if (previous?.state !== process.state) lines.push(...describe(process))
  }

  return lines
}

function describe(process: ProcessDump): string[] {
  const name = `pid ${process.pid}`
  switch (process.state) {
    case 'waiting': {
      return []
    }

    case 'dumping': {
      return [`${name}: dumping (paused for ${formatPause(process.stallMs)})`]
    }

    case 'uploading': {
      return [`${name}: uploading`]
    }

    case 'finished': {
      return [
        `${name}: stored ${formatBytes(process.storedBytes)}${process.objects === null ? '' : `, ${formatObjects(process.objects)}`}`,
      ]
    }

    case 'failed': {
      return [`${name}: failed: ${process.error?.message ?? 'no reason given'}`]
    }
  }
}

/** `9 ms`, `0.8 ms`; null → `–`. */
export function formatPause(ms: number | null): string {
  if (ms === null) return '–'
  return `${ms < 10 ? Math.round(ms * 10) / 10 : Math.round(ms)} ms`
}
