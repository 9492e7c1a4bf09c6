// A process's memory over time, as lines of blocks. Solid where a dump says so; shaded between two dumps of one run of the process, where
// a straight line is the best guess; blank between runs.
import {extremes} from './sparkline.js'

export type MemoryPoint = {
  readonly timeMs: number
  readonly bytes: number
  /** Same for dumps of one run. */ readonly run: string
}

export type MemoryChart = {
  /** From the top; the scale is from `leastBytes` (bottom) to `mostBytes` (top). */
  readonly lines: readonly string[]
  /** Below the lines: ┴ where a dump was taken. */
  readonly axis: string
  /** Below that: ↻ where another run begins. */
  readonly restarts: string
  readonly leastBytes: number
  readonly mostBytes: number
}

const EIGHTHS = ' ▁▂▃▄▅▆▇█'
const SHADE = '░'

/** `points`: oldest first, one or more. */
export function drawMemory(points: readonly MemoryPoint[], width: number, height: number): MemoryChart {
  const [least, most] = extremes(points.map(point => point.bytes))
  // A tenth of the range lies below the least, so that it is seen; a flat line is in the middle.
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
    axis[column] = '┴'
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

    // Of dumps in one column the largest is shown.
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

/** `filled`: how much of the cell, below 0 and above 1 too. */
function cell(filled: number, solid: boolean): string {
  const eighths = Math.max(0, Math.min(8, Math.round(filled * 8)))
  if (solid) return EIGHTHS.charAt(eighths)
  return eighths >= 4 ? SHADE : ' '
}
