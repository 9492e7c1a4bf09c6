// One page of a long list, short enough for a model's context.
import {z} from 'zod'
import {UserError} from '../errors.js'
import {shorten} from './shorten.js'

/** Half of an answer: the rest of the document takes the other half. */
const PAGE_CHARACTERS = 8000
const MOST_ROWS = 50
/** Entries of a list within a row. */
const INNER_ROWS = 5

/** The most characters of a text in a row: the first that makes it fit. */
const TEXT_LIMITS = [400, 100, 30]

/** The arguments of a tool with a long list. */
export const PAGING = {
  cursor: z.string().optional().describe('nextCursor of the previous answer, to continue its list'),
  top: z.int().min(1).max(MOST_ROWS).default(10).describe('the most rows of the list'),
}

export type Paging = {readonly cursor?: string | undefined; readonly top: number}

export type Page = {
  /** The name of the list in the document. */
  readonly name: string
  readonly rows: readonly unknown[]
  /** Absent: there are no more rows. */
  readonly nextCursor?: string
}

/** `rows`: at least `rowsToRead` of them, or all. Throws UserError `wrong_use`. */
export function pageOf(name: string, rows: readonly unknown[], {cursor, top}: Paging): Page {
  const start = startOf(cursor)
  const taken: unknown[] = []
  let characters = 0
  for (const row of rows.slice(start, start + top)) {
    const short = fitted(row)
    characters += JSON.stringify(short).length
    if (taken.length > 0 && characters > PAGE_CHARACTERS) break
    taken.push(short)
  }

  const end = start + taken.length
  return {name, rows: taken, ...(end < rows.length ? {nextCursor: String(end)} : {})}
}

/** A row, short enough for a page of its own. What it lacks in the end is counted. */
function fitted(row: unknown): unknown {
  let short: unknown
  for (const characters of TEXT_LIMITS) {
    short = shorten(row, INNER_ROWS, characters)
    if (JSON.stringify(short).length <= PAGE_CHARACTERS) return short
  }

  const fields = Object.entries(short as object)
  let left = PAGE_CHARACTERS - 50
  const fit = fields.filter(([key, value]) => (left -= JSON.stringify({[key]: value}).length) >= 0)
  return {...Object.fromEntries(fit), '…': `${fields.length - fit.length} more`}
}

/** The number of rows to read for a page, one more than it shows: is there another page? */
export function rowsToRead({cursor, top}: Paging): number {
  return startOf(cursor) + top + 1
}

function startOf(cursor = '0'): number {
  if (/^\d{1,6}$/.test(cursor)) return Number(cursor)
  throw new UserError(`cursor ${cursor}: not from an answer of this tool.`, {
    code: 'wrong_use',
    exit: 2,
    hint: 'Pass nextCursor of the previous answer, or leave cursor out.',
  })
}
