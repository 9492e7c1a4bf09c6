// Four bytes at a time: keys and literals as little-endian 32-bit words, to be compared with DataView.getInt32 at any offset.

/** The word that the first four characters of `text` make in memory. */
export function word(text: string): number {
  return text.charCodeAt(0) | (text.charCodeAt(1) << 8) | (text.charCodeAt(2) << 16) | (text.charCodeAt(3) << 24)
}

export const QUOTE = 0x22
export const BACKSLASH = 0x5c
export const NEWLINE = 0x0a
export const CLOSE_BRACE = 0x7d
