// --html and --force, of the commands that write a report.
import {Flags} from '@oclif/core'

export const HTML_FLAGS = {
  force: Flags.boolean({
    char: 'f',
    dependsOn: ['html'],
    description: 'overwrite an existing file',
    helpGroup: 'output',
  }),
  html: Flags.string({
    description: 'write a self-contained HTML report to share',
    helpGroup: 'output',
    helpValue: 'FILE',
  }),
}

/** The memory map of a report: 100 bytes per box. */
export const MAP = {depth: 28, nodes: 1500}

/** The most rows of a table: a longer page is slow to open. */
const MOST_ROWS = 200

/** The rows of a table in a report, for --top. */
export function rowsInHtml(top: number | undefined): number {
  return Math.min(top || MOST_ROWS, MOST_ROWS)
}

/** How many rows to read for a screen or JSON (0: all), and for a report (null: none). */
export function rowsToRead(rows: number, inHtml: number | null): number {
  return inHtml === null || rows === 0 ? rows : Math.max(rows, inHtml)
}
