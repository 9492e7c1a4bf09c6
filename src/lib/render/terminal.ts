// What the terminal can show. Kept apart from Ink, so that asking costs nothing.

/** No screen has more, and each of them costs memory in every line. */
const MOST_COLUMNS = 1000

/** Columns to draw for: the terminal's, else COLUMNS, else 80. */
export function terminalWidth(stream: {columns?: number} = process.stdout): number {
  const fromEnvironment = Number(process.env.COLUMNS)
  const columns = stream.columns || (Number.isInteger(fromEnvironment) && fromEnvironment > 20 ? fromEnvironment : 80)
  return Math.min(columns, MOST_COLUMNS)
}

/** Whether what was drawn can be drawn over. */
export function canRedraw(stream: {isTTY?: boolean}): boolean {
  return stream.isTTY === true && process.env.TERM !== 'dumb'
}

/** Rows to fit a first page into; null where nobody looks at a screen. */
export function terminalHeight(stream: {isTTY?: boolean; rows?: number} = process.stdout): number | null {
  return stream.isTTY && stream.rows ? stream.rows : null
}
