// Draws a finished screen as text. Trailing blanks are removed: they would wrap in a narrowed terminal, and clutter
// diffs.
import type {ReactElement} from 'react'
import {renderToString} from 'ink'
import {firstColumns, widthOf} from '../text-width.js'

/** Ink's colour and weight codes. */
// oxlint-disable-next-line no-control-regex
const STYLE = /(\u001B\[[\d;]*m)/

/** At most `columns` wide, with ANSI colours if chalk detects support on stdout (a TTY, no NO_COLOR). */
export function renderScreen(element: ReactElement, columns: number): string {
  return renderToString(element, {columns})
    .split('\n')
    .map(line => clip(line.trimEnd(), columns))
    .join('\n')
}

/** Ink cuts one column too late if the last character takes two. */
function clip(line: string, columns: number): string {
  const parts = line.split(STYLE)
  const text = parts.filter((_, at) => at % 2 === 0).join('')
  if (widthOf(text) <= columns) return line
  let room = columns - 1
  let ended = false
  const kept = parts.map((part, at) => {
    if (at % 2 === 1) return part
    if (ended) return ''
    const shown = firstColumns(part, room)
    room -= widthOf(shown)
    ended = shown.length < part.length
    return ended ? `${shown}…` : shown
  })
  return kept.join('')
}

/** The first screen that leaves a row for the prompt, or the last one if none does. */
export function renderToFit(elements: readonly ReactElement[], columns: number, rows: number | null): string {
  let screen = ''
  for (const element of elements) {
    screen = renderScreen(element, columns)
    if (rows === null || screen.split('\n').length < rows) break
  }

  return screen
}
