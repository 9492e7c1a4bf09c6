// What the terminal can show. Kept apart from Ink, so that asking costs nothing.

/** Columns to draw for: the terminal's, else COLUMNS, else 80. */
export function terminalWidth(stream: {columns?: number} = process.stdout): number {
  const fromEnvironment = Number(process.env.COLUMNS)
  return stream.columns || (Number.isInteger(fromEnvironment) && fromEnvironment > 20 ? fromEnvironment : 80)
}

/** Whether what was drawn can be drawn over. */
export function canRedraw(stream: {isTTY?: boolean}): boolean {
  return stream.isTTY === true && process.env.TERM !== 'dumb'
}

/** Rows to fit a first page into; null where nobody looks at a screen. */
export function terminalHeight(stream: {isTTY?: boolean; rows?: number} = process.stdout): number | null {
  return stream.isTTY && stream.rows ? stream.rows : null
}
