// Single characters, and an object's flags.

export const QUOTE: u8 = 0x22
export const BACKSLASH: u8 = 0x5c
export const TAB: u8 = 0x09
export const NEWLINE: u8 = 0x0a
export const CARRIAGE_RETURN: u8 = 0x0d
export const SPACE: u8 = 0x20
export const CLOSE_BRACE: u8 = 0x7d
export const OPEN_BRACE: u8 = 0x7b
export const OPEN_BRACKET: u8 = 0x5b
export const CLOSE_BRACKET: u8 = 0x5d
export const COLON: u8 = 0x3a
export const MINUS: u8 = 0x2d
export const COLON_16: u16 = 0x3a22 // ":
export const COMMA_SPACE: u16 = 0x202c

// FLAG in lib/heap/columns.ts.
export const FROZEN: u32 = 1
export const EMBEDDED: u32 = 2
export const SHARED: u32 = 4
export const FSTRING: u32 = 8
export const SINGLETON: u32 = 16
export const NAMED: u32 = 32
export const TOO_COMPLEX: u32 = 64
export const YOUNG: u32 = 128
