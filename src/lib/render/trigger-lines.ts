// A running dump as log output: one plain line per event.
import type {DumpState, ProcessDump} from '../agent/dump-state.js'
import {formatBytes, formatDuration, formatObjects, formatPause} from '../units.js'

/** Lines for the changes from one state of a dyno to the next. Byte counts alone get no line. */
export function formatTriggerChange(before: DumpState | undefined, after: DumpState): string[] {
  const lines: string[] = []
  if (after.accepted && !before?.accepted) {
    const names = after.processes.map(one => `${one.process} (pid ${one.pid}, ${formatBytes(one.rssBytes)})`)
    lines.push(`${after.dyno} answered: ${names.join(', ')}`)
  }

  if (after.tracingUntilMs !== null && (before?.tracingUntilMs ?? null) === null) {
    const seconds = Math.max(0, (after.tracingUntilMs - Date.now()) / 1000)
    lines.push(`tracing allocations for ${formatDuration(seconds)}`)
  }

  for (const process of after.processes) {
    const previous = before?.processes.find(one => one.pid === process.pid)
    const isSame = previous?.state === process.state && previous.attempts === process.attempts
    if (!isSame) lines.push(...describe(process))
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
      const again = process.attempts > 1 ? ' again, because the dyno is busy' : ''
      return [`${name}: dumping${again} (paused for ${formatPause(process.stallMs)})`]
    }

    case 'uploading': {
      return [`${name}: uploading`]
    }

    case 'finished': {
      return [`${name}: ${describeStored(process)}`]
    }

    case 'failed': {
      return [`${name}: failed: ${process.error?.message ?? 'no reason given'}`]
    }
  }
}

/** `stored 24.1 MB, 1,204,331 objects`. */
export function describeStored({objects, storedBytes}: ProcessDump): string {
  return `stored ${formatBytes(storedBytes)}${objects === null ? '' : `, ${formatObjects(objects)}`}`
}
