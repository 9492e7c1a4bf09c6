// Draws a finished screen as text. Trailing blanks are cut: they wrap in a terminal that was made narrower, and soil diffs.
import type {ReactElement} from 'react'
import {renderToString} from 'ink'

/** `columns` wide; with ANSI colours when chalk finds that stdout shows them (a TTY, no NO_COLOR). */
export function renderScreen(element: ReactElement, columns: number): string {
  return renderToString(element, {columns})
    .split('\n')
    .map(line => line.trimEnd())
    .join('\n')
}

/** The first screen that leaves a row for the prompt; the last one if none does. */
export function renderToFit(elements: readonly ReactElement[], columns: number, rows: number | null): string {
  let screen = ''
  for (const element of elements) {
    screen = renderScreen(element, columns)
    if (rows === null || screen.split('\n').length < rows) break
  }

  return screen
}
