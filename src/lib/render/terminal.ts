// What the terminal can show. Kept apart from Ink, so that asking is cheap.

/** No real terminal is wider, and every column costs memory in every line. */
const MOST_COLUMNS = 1000

/** The width to draw at: the terminal's, else COLUMNS, else 80. */
export function terminalWidth(stream: {columns?: number} = process.stdout): number {
  const fromEnvironment = Number(process.env.COLUMNS)
  const columns = stream.columns || (Number.isInteger(fromEnvironment) && fromEnvironment > 20 ? fromEnvironment : 80)
  return Math.min(columns, MOST_COLUMNS)
}

/** Whether earlier output can be overwritten. */
export function canRedraw(stream: {isTTY?: boolean}): boolean {
  return stream.isTTY === true && process.env.TERM !== 'dumb'
}

/** Rows available for the first page; null if output is not a terminal. */
export function terminalHeight(stream: {isTTY?: boolean; rows?: number} = process.stdout): number | null {
  return stream.isTTY && stream.rows ? stream.rows : null
}
