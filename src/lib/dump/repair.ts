// Repairs lines that are not JSON because Ruby printed a text unescaped: a path or class name with quotes, backslashes
// or line breaks. The text is between its key and the next known member, so it can be escaped afterwards and the line
// parsed again.
import {isRecord, isSound, type RawRecord} from './record.js'

/**
 * Members that some Ruby versions print unescaped (`file` in all versions, `name` up to 3.3, `method` in 3.0 and early
 * 3.1), and the members that may follow each, in the order of objspace_dump.c.
 */
const RAW_TEXTS = {
  name: ['references', 'file', 'generation', 'memsize'],
  real_class_name: ['singleton', 'references', 'file', 'generation', 'memsize'],
  struct: ['references', 'file', 'generation', 'memsize'],
  file: ['line', 'method', 'generation', 'memsize'],
  method: ['generation', 'memsize'],
} as const

/** Ruby can't print a longer path: dump_all raises. */
const MAX_TEXT = 4096

/** The record of a damaged line; null if not even its address, type and memsize can be found. */
export function repairRecord(line: string): RawRecord | null {
  return repairRawTexts(line) ?? salvageRecord(line)
}

/** The record of a line with no other damage than an unescaped text. */
export function repairRawTexts(line: string): RawRecord | null {
  // If the text itself contains `", "line":`, it ends at the last one; in two records without a line break between
  // them, at the first.
  return (
    parseRecord(escapeRawTexts(line, (text, end) => text.lastIndexOf(end))) ??
    parseRecord(escapeRawTexts(line, (text, end) => text.indexOf(end)))
  )
}

export function parseRecord(line: string): RawRecord | null {
  try {
    const value: unknown = JSON.parse(line)
    return isRecord(value) ? value : null
  } catch {
    return null
  }
}

function escapeRawTexts(line: string, find: (text: string, end: string) => number): string {
  let repaired = line
  for (const [key, followers] of Object.entries(RAW_TEXTS)) {
    const opening = `"${key}":"`
    const start = repaired.indexOf(opening)
    if (start === -1) continue
    const rest = repaired.slice(start + opening.length)
    for (const follower of followers) {
      const end = find(rest, `", "${follower}":`)
      if (end === -1 || end > MAX_TEXT) continue
      const text = rest.slice(0, end)
      if (!isJsonText(text)) {
        repaired = repaired.slice(0, start + opening.length) + JSON.stringify(text).slice(1, -1) + rest.slice(end)
      }

      break
    }
  }

  return repaired
}

function isJsonText(text: string): boolean {
  try {
    JSON.parse(`"${text}"`)
    return true
  } catch {
    return false
  }
}

const TEXTS = [
  'address',
  'type',
  'class',
  'superclass',
  'imemo_type',
  'struct',
  'name',
  'real_class_name',
  'value',
  'file',
  'method',
  'root',
]
const NUMBERS = ['memsize', 'generation', 'line', 'bytesize', 'length', 'size', 'ivars', 'fd', 'shape_id']
const BOOLEANS = ['frozen', 'embedded', 'shared', 'fstring', 'singleton', 'too_complex_shape']

/** Reads member by member, whatever is between them, for lines with overwritten bytes. */
function salvageRecord(line: string): RawRecord | null {
  const record: Record<string, unknown> = {}
  for (const key of TEXTS) {
    const text = textOf(line, key)
    if (text !== null) record[key] = text
  }

  for (const key of NUMBERS) {
    const match = new RegExp(String.raw`"${key}":\s?(\d+)\s?[,}]`).exec(line)
    if (match !== null && isSound(Number(match[1]))) record[key] = Number(match[1])
  }

  for (const key of BOOLEANS) if (new RegExp(String.raw`"${key}":\s?true`).test(line)) record[key] = true

  if (typeof record.type === 'string' && !/^[A-Z]+$/.test(record.type)) return null
  const list = /"references":\s?\[([^\]{}]*)/.exec(line)
  if (list !== null) record.references = list[1].match(/0x[0-9a-f]+/g) ?? []
  return isRecord(record) && (record.type === 'ROOT' || typeof record.memsize === 'number') ? record : null
}

/**
 * The string value of a key; null if it is missing or has no end. Not a regular expression, which would use V8's stack
 * for each character.
 */
function textOf(line: string, key: string): string | null {
  const opening = `"${key}":`
  const at = line.indexOf(opening)
  if (at === -1) return null
  const start = at + opening.length + (line[at + opening.length] === ' ' ? 1 : 0)
  if (line[start] !== '"') return null
  for (let end = line.indexOf('"', start + 1); end !== -1; end = line.indexOf('"', end + 1)) {
    let backslashes = 0
    while (line[end - 1 - backslashes] === '\\') backslashes++
    if (backslashes % 2 === 1) continue
    const text = line.slice(start, end + 1)
    return isJsonText(text.slice(1, -1)) ? (JSON.parse(text) as string) : null
  }

  return null
}
