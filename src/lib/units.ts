// Formats numbers for people, and parses what they type.

const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const

/** A hyphen beside a plus sign looks too short, and a line can break after it. */
const MINUS = '−'

export const NO_BREAK_SPACE = '\u00A0'

/** Bytes with decimal units, three significant digits at most: `987 B`, `62.3 MB`, `412 MB`. null → `–`. */
export function formatBytes(bytes: number | null): string {
  if (bytes === null) return '–'
  let value = Math.abs(bytes)
  let unit = 0
  while (unit < BYTE_UNITS.length - 1 && (unit === 0 ? value >= 1000 : value >= 999.5)) {
    value /= 1000
    unit++
  }

  const text = unit === 0 || value >= 99.95 ? Math.round(value).toString() : value.toFixed(1)
  return `${bytes < 0 ? MINUS : ''}${text} ${BYTE_UNITS[unit]}`
}

/** A change: with its sign. */
export function formatSigned(change: number, format: (value: number) => string = formatBytes): string {
  return `${change < 0 ? MINUS : '+'}${format(Math.abs(change))}`
}

/** A memory quota as Heroku writes it: its `512 MB` are 512 MiB. Everywhere else, a MB is 10⁶ bytes. */
export function formatQuota(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MB`
}

/** Whole numbers with thousands separators: `1,204,331`. null → `–`. */
export function formatCount(count: number | null): string {
  // toLocaleString would load locale data, which takes 27 ms.
  return count === null
    ? '–'
    : String(count)
        .replace('-', MINUS)
        .replaceAll(/\B(?=(?:\d{3})+$)/g, ',')
}

/** `1 dump`, `2,880 dumps`: for nouns with a plural in s. */
export function formatCounted(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`
}

/** `1 object`, `2,880 objects`. */
export function formatObjects(count: number): string {
  return formatCounted(count, 'object')
}

/** Counts in little width: `902`, `92.1k`, `1.19M`. null → `–`. */
export function formatShortCount(count: number | null): string {
  if (count === null) return '–'
  if (count < 10_000) return formatCount(count)
  if (count < 99_950) return `${(count / 1e3).toFixed(1)}k`
  if (count < 999_500) return `${Math.round(count / 1e3)}k`
  if (count < 9_995_000) return `${(count / 1e6).toFixed(2)}M`
  if (count < 99_950_000) return `${(count / 1e6).toFixed(1)}M`
  return `${Math.round(count / 1e6)}M`
}

/** A share of a whole, 0..1: `44 %`, `0.4 %`, `<0.1 %`. */
export function formatShare(share: number): string {
  const percent = share * 100
  if (percent === 0) return '0 %'
  if (percent < 0.1) return '<0.1 %'
  return `${percent < 9.95 ? percent.toFixed(1) : Math.round(percent)} %`
}

/** How long ago, from two epoch times in ms: `just now`, `4 min ago`, `3 h ago`, `9 days ago`. */
export function formatAge(thenMs: number, nowMs: number): string {
  const minutes = Math.floor((nowMs - thenMs) / 60_000)
  if (minutes < 1) return 'just now'
  if (minutes < 60) return `${minutes} min ago`
  const hours = Math.floor(minutes / 60)
  if (hours < 48) return `${hours} h ago`
  return `${Math.floor(hours / 24)} days ago`
}

/** A point in time that means the same everywhere, from epoch ms: `2026-03-01 14:05 UTC`. */
export function formatTime(timeMs: number): string {
  return `${new Date(timeMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

/** Seconds as `45 s`, `5 min`, `1 h 5 min`. */
export function formatDuration(seconds: number): string {
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  const minutes = Math.floor(whole / 60)
  const rest = whole % 60
  if (minutes < 60) return rest === 0 ? `${minutes} min` : `${minutes} min ${rest} s`
  return minutes % 60 === 0 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** `9 ms`, `0.8 ms`; null → `–`. */
export function formatPause(ms: number | null): string {
  if (ms === null) return '–'
  return `${ms < 10 ? Math.round(ms * 10) / 10 : Math.round(ms)} ms`
}

/** `90`, `90s`, `5m`, `1h`, `2d` → seconds, as in the agent; null: anything else, or zero. */
export function parseDuration(text: string): number | null {
  const match = /^(\d{1,9})\s*([smhd])?$/.exec(text.trim())
  if (!match) return null
  const seconds = Number(match[1]) * {d: 86_400, h: 3600, m: 60, s: 1}[(match[2] ?? 's') as 'd' | 'h' | 'm' | 's']
  return seconds > 0 && Number.isSafeInteger(seconds) ? seconds : null
}

/** Seconds as `parseDuration` reads them: `45s`, `10m`, `1h`. */
export function writeDuration(seconds: number): string {
  if (seconds % 3600 === 0) return `${seconds / 3600}h`
  return seconds % 60 === 0 ? `${seconds / 60}m` : `${seconds}s`
}

/**
 * `1500`, `500kB`, `50MB`, `1.5 GB` → bytes, with decimal units as on screens; `64MiB` is binary. null: anything else,
 * or zero. The agent's Units.bytes does the same.
 */
export function parseBytes(text: string): number | null {
  const match = /^(\d{1,12}(?:\.\d{1,3})?)\s*(?:([kmgt])(i)?)?b?$/i.exec(text.trim())
  if (!match) return null
  const [, number, prefix = ' ', binary] = match
  const unit = (binary === undefined ? 1000 : 1024) ** ('kmgt'.indexOf(prefix.toLowerCase()) + 1)
  const bytes = Math.round(Number(number) * unit)
  return bytes > 0 && Number.isSafeInteger(bytes) ? bytes : null
}

export function capitalized(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}

/** With a no-break space between each number and its unit, so that prose breaks lines elsewhere. */
export function joinUnits(text: string): string {
  return text.replaceAll(/(\d) (?=(?:[kMGT]?B|%|ms|s|min|h|days?)(?!\w))/g, `$1${NO_BREAK_SPACE}`)
}
