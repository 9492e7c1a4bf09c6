// Texts of values that may be needed later, by id. Each is cut to MOST_BYTES, and beyond a total size no more are kept.
import {allocate, moved} from './memory'

const MOST_BYTES: u32 = 1000
const MOST_TEXTS: u32 = 1 << 30
const BLOCK_BYTES: u32 = 1 << 20

/** Where each text is; 0 for none. Entries of values without a text are never touched, and use no memory. */
let places: usize = 0
let capacity: u32 = 0
let blockAt: usize = 0
let blockEnd: usize = 0
let kept: u32 = 0

/** Reserves entries for that many values. */
export function reserveTexts(values: u32): void {
  capacity = values
  places = allocate(<usize>values << 2)
}

/** Where a text is: its length in 15 bits, above them whether it was cut, then its bytes. 0: it was not kept. */
export function textOf(id: u32): usize {
  return id < capacity ? <usize>load<u32>(places + (<usize>id << 2)) : 0
}

/** Maximum bytes of all statements that occurred once. */
const MOST_STATEMENT_BYTES: u32 = 1 << 25
let statementBytes: u32 = 0

/** Keeps the text of a statement, unless there are too many. */
export function keepStatement(id: u32, start: usize, length: u32): void {
  const bytes = min(length, MOST_BYTES)
  if (statementBytes + bytes > MOST_STATEMENT_BYTES) return
  statementBytes += bytes
  keepText(id, start, length)
}

/** Maximum bytes of a name, and of all names that occurred once. */
export const MOST_NAME_BYTES: u32 = 40
const MOST_NAMES_BYTES: u32 = 1 << 20
let nameBytes: u32 = 0

/** Keeps a short text that is frozen but not a literal, such as a thread's name, unless there are too many. */
export function keepName(id: u32, start: usize, length: u32): void {
  if (nameBytes + length > MOST_NAMES_BYTES) return
  nameBytes += length
  keepText(id, start, length)
}

/** Keeps a text of `length` bytes at `start`, unless it is already kept. */
export function keepText(id: u32, start: usize, length: u32): void {
  if (textOf(id) != 0) return
  const bytes = min(length, MOST_BYTES)
  if (kept + bytes > MOST_TEXTS) return
  if (id >= capacity) {
    const known = <usize>capacity << 2
    capacity = max(id + 1, max(capacity << 1, 1 << 10))
    places = moved(places, known, <usize>capacity << 2)
  }

  // Each text is in a single block.
  if (blockEnd - blockAt < bytes + 2) {
    blockAt = allocate(BLOCK_BYTES)
    blockEnd = blockAt + BLOCK_BYTES
  }

  store<u32>(places + (<usize>id << 2), <u32>blockAt)
  store<u16>(blockAt, <u16>(bytes | (bytes < length ? 0x8000 : 0)))
  memory.copy(blockAt + 2, start, bytes)
  blockAt += bytes + 2
  kept += bytes
}
