// HTML that is escaped by default: a class name in a dump may be `<script>`.

export class Html {
  constructor(readonly text: string) {}
}

export type Content = Html | string | number | null | false | readonly Content[]

const ESCAPES: Readonly<Record<string, string>> = {'"': '&quot;', '&': '&amp;', "'": '&#39;', '<': '&lt;', '>': '&gt;'}

/**
 * Control characters other than line breaks are not allowed in HTML; they are shown as their pictures (U+2400 …).
 * Invisible characters (zero-width, tags) would make different names look the same, bidi controls would reorder text,
 * and stacked combining marks would cover the neighbouring lines: each becomes U+FFFD.
 */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\uFFFE\uFFFF]|\p{M}(?<=\p{M}{5})/gu

export function visible(text: string, longest = LONGEST): string {
  return shortened(text, longest).replaceAll(HIDDEN, character => {
    if (character === '\n') return character
    const code = character.codePointAt(0) ?? 0
    return code < 0x20 ? String.fromCodePoint(0x2400 + code) : '\uFFFD'
  })
}

/** A string's value in a report has up to 1,000 bytes. Nothing else that people read is nearly as long. */
const LONGEST = 1200

/** Names may be so long that a page of them would not open. The middle is left out: the ends tell more. */
function shortened(text: string, longest: number): string {
  if (text.length <= longest) return text
  const head = Math.floor((longest * 2) / 3)
  return `${text.slice(0, head)} … ${text.slice(text.length - (longest - head))}`
}

function escapeHtml(text: string): string {
  return visible(text).replaceAll(/["&'<>]/g, character => ESCAPES[character] ?? character)
}

/** A template whose contents are escaped. Lists are joined; null and false leave nothing. */
export function html(strings: TemplateStringsArray, ...contents: readonly Content[]): Html {
  return new Html(strings.reduce((text, string, at) => text + toText(contents[at - 1] ?? null) + string))
}

/** Trusted text that is already markup. */
export function raw(text: string): Html {
  return new Html(text)
}

function toText(content: Content): string {
  if (content === null || content === false) return ''
  if (content instanceof Html) return content.text
  return typeof content === 'object' ? content.map(toText).join('') : escapeHtml(String(content))
}

/** JSON for a `<script type="application/json">`: nothing in it can close the element. */
export function json(value: unknown): Html {
  return raw(
    JSON.stringify(value).replaceAll('<', '\\u003c').replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029'),
  )
}
