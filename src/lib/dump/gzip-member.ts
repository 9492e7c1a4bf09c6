// The header and trailer of a gzip member (RFC 1952).

/** CRC-32 and length. */
export const TRAILER_BYTES = 8

const FIXED_BYTES = 10
const FLAG = {comment: 16, crc: 2, extra: 4, name: 8} as const
/** A longer name is not plausible. */
const MOST_BYTES = 1 << 16

/** Length of the header at the start of `bytes`; 'more' if they end within it, 'none' if there is no header. */
export function readGzipHeader(bytes: Uint8Array): number | 'more' | 'none' {
  const magic = [0x1f, 0x8b, 8]
  if (magic.some((byte, at) => at < bytes.length && bytes[at] !== byte)) return 'none'
  if (bytes.length < FIXED_BYTES) return 'more'
  const flags = bytes[3]
  if ((flags & 0xe0) !== 0) return 'none'
  let at = FIXED_BYTES
  if ((flags & FLAG.extra) !== 0) {
    if (bytes.length < at + 2) return 'more'
    at += 2 + bytes[at] + bytes[at + 1] * 256
  }

  for (const text of [FLAG.name, FLAG.comment]) {
    if ((flags & text) === 0) continue
    const end = bytes.indexOf(0, at)
    if (end === -1) return bytes.length > MOST_BYTES ? 'none' : 'more'
    at = end + 1
  }

  if ((flags & FLAG.crc) !== 0) at += 2
  return bytes.length < at ? 'more' : at
}
