// Flags at the end of a record, `"wb_protected":true, "old":true, …}`: a few texts that occur again and again.
import {CLOSE_BRACE, COLON_16, COMMA_SPACE, QUOTE, YOUNG} from './bytes'
import {areEqual} from './equal'
import {skipString} from './strings'
import {OLD, TRUE, WB_PROTEC} from './words'

export let flagsEnd: usize = 0

const KNOWN_FLAGS = 4
const KNOWN_FLAGS_BYTES: usize = 128
/** The texts, each from after the opening brace through the closing one. */
const flagTexts: usize = memory.data(512, 16)
/** The length and bits of each text. */
const flagFacts: usize = memory.data(32, 16)
let nextFlags: i32 = 0

/**
 * The record's flags (FLAG in lib/heap/columns.ts) from the text at `start`. Sets `flagsEnd` to the position after
 * them, or to 0.
 */
export function scanFlags(start: usize): u32 {
  for (let entry = 0; entry < KNOWN_FLAGS; entry++) {
    const facts = flagFacts + (<usize>entry << 3)
    const length = <usize>load<u32>(facts)
    if (length == 0) break
    if (!areEqual(start, flagTexts + <usize>entry * KNOWN_FLAGS_BYTES, length)) continue
    flagsEnd = start + length
    return load<u32>(facts, 4)
  }

  const flags = parseFlags(start)
  const length = flagsEnd - start
  if (flagsEnd != 0 && length <= KNOWN_FLAGS_BYTES) {
    memory.copy(flagTexts + <usize>nextFlags * KNOWN_FLAGS_BYTES, start, length)
    store<u32>(flagFacts + (<usize>nextFlags << 3), <u32>length)
    store<u32>(flagFacts + (<usize>nextFlags << 3), flags, 4)
    nextFlags = (nextFlags + 1) % KNOWN_FLAGS
  }

  return flags
}

/** Parses members that are all true. Anything else is left to JSON.parse. */
function parseFlags(start: usize): u32 {
  let isProtected = false
  let isOld = false
  let at = start
  flagsEnd = 0
  if (load<u8>(at) == CLOSE_BRACE) {
    flagsEnd = at + 1
    return 0
  }

  while (true) {
    if (load<u8>(at) != QUOTE) return 0
    const end = skipString(at + 1)
    if (end == 0 || load<u16>(end) != COLON_16 || load<u32>(end, 2) != TRUE) return 0
    // "old" and "wb_protected", with their quotes.
    if (end == at + 4 && load<u32>(at, 1) == OLD) isOld = true
    if (end == at + 13 && load<u64>(at, 1) == WB_PROTEC) isProtected = true
    at = end + 6
    if (load<u8>(at) == CLOSE_BRACE) break
    if (load<u16>(at) != COMMA_SPACE) return 0
    at += 2
  }

  flagsEnd = at + 1
  return isProtected && !isOld ? YOUNG : 0
}
