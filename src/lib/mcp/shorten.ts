// Makes a document harmless and short: a model reads all of it, and it may hold whatever an app names its objects.
import {sep} from 'node:path'
import type {ErrorDocument} from '../cli/base-command.js'
import {printable} from '../printable.js'
import {pathInApp} from '../render/site-label.js'
import {formatCount} from '../units.js'
import type {Page} from './page.js'

/** About 4,000 tokens. */
const ANSWER_CHARACTERS = 16_000
const TEXT_CHARACTERS = 400
/** The most entries of a list, and the most characters of a text: the first pair that makes the answer fit. */
const LIMITS = [
  [50, TEXT_CHARACTERS],
  [20, TEXT_CHARACTERS],
  [10, TEXT_CHARACTERS],
  [5, TEXT_CHARACTERS],
  [3, 200],
  [1, 100],
] as const
const DIGITS = 4

/** The text of a document, with the page of its long list if it has one. */
export function answerText(document: object, page?: Page): string {
  const {name = '', nextCursor = null, rows = []} = page ?? {}
  const list = page === undefined ? {} : {[name]: rows, ...(nextCursor === null ? {} : {nextCursor})}
  let text = ''
  for (const [entries, characters] of LIMITS) {
    text = JSON.stringify({...(shorten(document, entries, characters) as object), ...list})
    if (text.length <= ANSWER_CHARACTERS) break
  }

  return text
}

/** The text of an error. The lines of its hint stay lines. */
export function errorText({error: {hint, ...error}}: ErrorDocument): string {
  const lines = hint?.split('\n').map(line => shortText(line, TEXT_CHARACTERS))
  return JSON.stringify({error: {...(shorten(error, 0) as object), ...(lines && {hint: lines.join('\n')})}})
}

/** Without unknown values (null), with harmless texts, paths relative to the app, and few digits. */
export function shorten(value: unknown, entries: number, characters = TEXT_CHARACTERS): unknown {
  if (typeof value === 'string') return shortText(value, characters)
  if (typeof value === 'number') return Math.abs(value) < 1000 ? Number(value.toPrecision(DIGITS)) : Math.round(value)
  if (Array.isArray(value)) return shortList(value, entries, characters)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, one]: [string, unknown]) => {
      if (one === null || one === undefined) return []
      const known = key === 'file' && typeof one === 'string' ? localPath(one) : one
      return [[shortText(key, characters), shorten(known, entries, characters)]]
    }),
  )
}

function shortList(list: readonly unknown[], entries: number, characters: number): readonly unknown[] {
  const more = list.length - entries
  const shown = list.slice(0, entries).map(one => shorten(one, entries, characters))
  return more > 0 ? [...shown, `… ${formatCount(more)} more`] : shown
}

function shortText(text: string, characters: number): string {
  const harmless = printable(text.slice(0, characters + 1))
  return harmless.length > characters ? `${harmless.slice(0, characters)}…` : harmless
}

/** A file of the app as it is called in a checkout, so that an assistant can open it. */
function localPath(file: string): string {
  const here = process.cwd() + sep
  return file.startsWith(here) ? file.slice(here.length) : pathInApp(file)
}
