// Makes foreign text safe for a terminal: a heap dump, a bucket, a database or a server may send anything.

/**
 * Characters that a terminal acts on, or that are invisible: controls (C0, C1), format characters (bidi controls, zero-
 * width characters, tags), line and paragraph separators, lone surrogates, and whatever else Unicode draws as nothing.
 * Also the fifth combining mark on a letter: that many would overlap the lines above and below.
 */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|\p{M}(?<=\p{M}{5})/gu
const KNOWN: Readonly<Record<string, string>> = {'\n': String.raw`\n`, '\r': String.raw`\r`, '\t': String.raw`\t`}

/** One line, with these characters escaped as in Ruby, so that different names look different. */
export function printable(text: string): string {
  return text.replaceAll(UNPRINTABLE, character => KNOWN[character] ?? escapeOf(character.codePointAt(0) ?? 0))
}

export function isPrintable(text: string): boolean {
  return text.search(UNPRINTABLE) === -1
}

/** Escapes these characters as JSON does, which does not change the document. Keeps the line breaks between members. */
export function printableJson(json: string): string {
  return json.replaceAll(UNPRINTABLE, character =>
    character === '\n'
      ? character
      : unitsOf(character)
          .map(unit => String.raw`\u${hex(unit, 4)}`)
          .join(''),
  )
}

function escapeOf(codePoint: number): string {
  if (codePoint < 0x100) return String.raw`\x${hex(codePoint, 2)}`
  return codePoint < 0x10000 ? String.raw`\u${hex(codePoint, 4)}` : `\\u{${hex(codePoint, 0)}}`
}

function unitsOf(character: string): number[] {
  return Array.from({length: character.length}, (_, at) => character.charCodeAt(at))
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0')
}
