// A process's memory over time, drawn with blocks: solid where a dump or the agent recorded it, shaded between two points
// of the same run (interpolated), blank between runs.
import {extremes} from './sparkline.js'

export type MemoryPoint = {
  readonly timeMs: number
  readonly bytes: number
  /** Identifies the run of the process. */
  readonly run: string
  /** Recorded by the agent between dumps. */
  readonly isSample?: boolean
}

export type MemoryChart = {
  /** Top line first. The scale goes from `leastBytes` (bottom) to `mostBytes` (top). */
  readonly lines: readonly string[]
  /** Below the lines: ┴ marks a dump. */
  readonly axis: string
  /** Below the axis: ↻ marks the start of another run. */
  readonly restarts: string
  readonly leastBytes: number
  readonly mostBytes: number
}

const EIGHTHS = ' ▁▂▃▄▅▆▇█'
const SHADE = '░'

/** `points`: oldest first, at least one. Samples have no mark on the axis. */
export function drawMemory(points: readonly MemoryPoint[], width: number, height: number): MemoryChart {
  const [least, most] = extremes(points.map(point => point.bytes))
  // The scale starts a fifth of the range below the least, so that it shows; a flat line is drawn in the middle.
  const bottom = least === most ? 0 : Math.max(0, least - (most - least) / 5)
  const top = least === most ? most * 2 : most
  const [start, end] = extremes(points.map(point => point.timeMs))
  const columnOf = (timeMs: number) =>
    end === start ? 0 : Math.round(((timeMs - start) / (end - start)) * (width - 1))
  const columns: Array<{bytes: number; solid: boolean} | null> = Array.from({length: width}, () => null)
  const restarts: string[] = Array.from({length: width}, () => ' ')
  const axis: string[] = Array.from({length: width}, () => '─')
  for (const [at, point] of points.entries()) {
    const column = columnOf(point.timeMs)
    const before = points[at - 1]
    if (point.isSample !== true) axis[column] = '┴'
    if (before !== undefined && before.run !== point.run) restarts[column] = '↻'
    if (before?.run === point.run) {
      const first = columnOf(before.timeMs)
      for (let between = first + 1; between < column; between++) {
        columns[between] = {
          bytes: before.bytes + ((point.bytes - before.bytes) * (between - first)) / (column - first),
          solid: false,
        }
      }
    }

    // If several points share a column, the largest is shown.
    const there = columns[column]
    columns[column] = {bytes: there?.solid === true ? Math.max(there.bytes, point.bytes) : point.bytes, solid: true}
  }

  const lines = Array.from({length: height}, (_, line) =>
    columns
      .map(column =>
        column === null
          ? ' '
          : cell(((column.bytes - bottom) / (top - bottom)) * height - (height - 1 - line), column.solid),
      )
      .join(''),
  )
  return {axis: axis.join(''), leastBytes: bottom, lines, mostBytes: top, restarts: restarts.join('').trimEnd()}
}

/** `filled`: the filled part of the cell; may be below 0 or above 1. */
function cell(filled: number, solid: boolean): string {
  const eighths = Math.max(0, Math.min(8, Math.round(filled * 8)))
  if (solid) return EIGHTHS.charAt(eighths)
  return eighths >= 4 ? SHADE : ' '
}
