// Numbers for repeated data: texts (paths, methods, names), sites (path and line), and the values of strings.
import {addNewSite, addNewText, addSiteMethod, addStatement} from './batch'
import {FROZEN, FSTRING, QUOTE} from './bytes'
import {details, flags as recordFlags, recordCount} from './columns'
import {areEqual} from './equal'
import {hashText} from './hashes'
import {initialize, keep, keyPlusOne, note, setNote, slotOf, touch} from './keys'
import {allocate, leave, moved} from './memory'
import {textEnd, textStart} from './strings'
import {keepName, keepStatement, keepText, MOST_NAME_BYTES, reserveTexts} from './texts'
import {CT_LETTERS, DELE, INSE, LETTERS, PUBL, RT_LETTERS, SELE, TE_LETTERS, UPDA, WITH} from './words'

const NO_KEY: u32 = 0xffffffff
/** Notes of a value: whether its text was already passed to `keepText`. */
const MET_ONCE: u32 = 0
const MET_AGAIN: u32 = 1
/** Notes of a site. */
const NO_METHOD: u32 = 0
const HAS_METHOD: u32 = 1

const texts = initialize(memory.data(12, 4), 1 << 12)
const sites = initialize(memory.data(12, 4), 1 << 13)
const values = initialize(memory.data(12, 4), 1 << 10)

/**
 * Recent texts. A few paths and methods occur again and again, and comparing them takes a quarter of the time that
 * hashing takes.
 */
const LATELY_BITS: u64 = 10
const LATELY_TEXT: u32 = 112
const LATELY_BYTES: usize = 128
/** Each entry has the text's key + 1, its length, and the text. */
const lately: usize = memory.data(128 * 1024, 16)

/** The key of the last scanned text. */
export function textKey(): u32 {
  const length = <u32>(textEnd - textStart)
  if (length > LATELY_TEXT) return keyOfText()
  const place = lately + <usize>((wordOf(length) * 0x9e3779b97f4a7c15) >> (64 - LATELY_BITS)) * LATELY_BYTES
  if (load<u32>(place, 4) == length && load<u32>(place) != 0 && areEqual(textStart, place + 8, length)) return load<u32>(place) - 1
  const key = keyOfText()
  store<u32>(place, key + 1)
  store<u32>(place, length, 4)
  memory.copy(place + 8, textStart, length)
  return key
}

/** The part of a text that best distinguishes it: its last 24 bytes, or all of a shorter one. */
@inline
function wordOf(length: u32): u64 {
  if (length < 8) return load<u64>(textStart) & ((<u64>1 << (<u64>length << 3)) - 1)
  const last = load<u64>(textEnd - 8)
  if (length < 24) return last ^ rotl(load<u64>(textStart), 29)
  return last ^ rotl(load<u64>(textEnd - 16), 29) ^ rotl(load<u64>(textEnd - 24), 47)
}

function keyOfText(): u32 {
  const hash = hashText(textStart, textEnd)
  const slot = slotOf(texts, hash)
  if (keyPlusOne(slot) != 0) return keyPlusOne(slot) - 1
  addNewText(textStart, textEnd)
  return keep(texts, slot, hash, 0)
}

/** `method`: the key of a text, or NO_KEY. */
export function siteKey(file: u32, line: i32, method: u32): i32 {
  // Adjacent lines must not be adjacent in the table.
  const hash = rotl(((<u64>file << 32) | <u32>line) * 0x9e3779b97f4a7c15, 32)
  const slot = slotOf(sites, hash)
  if (keyPlusOne(slot) == 0) {
    addNewSite(file, line)
    const site = keep(sites, slot, hash, method == NO_KEY ? NO_METHOD : HAS_METHOD)
    if (method != NO_KEY) addSiteMethod(site, method)
    return site
  }

  if (method != NO_KEY && note(slot) == NO_METHOD) {
    setNote(slot, HAS_METHOD)
    addSiteMethod(keyPlusOne(slot) - 1, method)
  }

  return keyPlusOne(slot) - 1
}

/** Values of the batch without an id yet: the hash; the number of the record, and where the text begins and ends. */
const hashes: usize = memory.data(8 * 1024, 16)
const places: usize = memory.data(12 * 1024, 16)
let waiting: u32 = 0

/** Adds the value of the next record, with its text at `[start, end)`. */
export function addValue(hash: u64, start: usize, end: usize): void {
  const place = places + <usize>waiting * 12
  store<u64>(hashes + (<usize>waiting << 3), hash)
  store<u32>(place, recordCount)
  store<u32>(place, <u32>start, 4)
  store<u32>(place, <u32>end, 8)
  waiting++
}

/** The touched memory. It is exported so that the compiler cannot drop the loads. */
export let touched: u32 = 0

/**
 * Writes the ids of values into the records, all at once: memory is slow, but can serve many loads in parallel. The
 * first loop only touches the slots, and continues before they have arrived; the second loop needs their contents.
 */
export function resolveValues(): void {
  for (let at: u32 = 0; at < waiting; at++) touched |= touch(values, load<u64>(hashes + (<usize>at << 3)))
  for (let at: u32 = 0; at < waiting; at++) {
    const place = places + <usize>at * 12
    const id = valueId(load<u64>(hashes + (<usize>at << 3)), load<u32>(place, 4), load<u32>(place, 8), load<u8>(recordFlags + <usize>load<u32>(place)))
    store<i32>(details + (<usize>load<u32>(place) << 2), id)
  }

  waiting = 0
}

@inline
function valueId(hash: u64, start: usize, end: usize, flags: u32): i32 {
  const slot = slotOf(values, hash)
  if (keyPlusOne(slot) == 0) {
    const id = keepValue(slot, hash)
    if ((flags & (FROZEN | FSTRING)) == FROZEN && end - start <= MOST_NAME_BYTES) keepName(id, start, <u32>(end - start))
    if (end - start >= 12) {
      if (isStatement(start)) keepStatement(id, start, <u32>(end - start))
      else if (mayBeSearchPath(start)) addStatement(id, start, end)
    }

    return id
  }

  const id = keyPlusOne(slot) - 1
  if (note(slot) == MET_ONCE) {
    setNote(slot, MET_AGAIN)
    keepText(id, start, <u32>(end - start))
  }

  return id
}

/** Whether a text begins with an SQL keyword, in upper or lower case. */
function isStatement(start: usize): bool {
  const word = load<u32>(start) | LETTERS
  if (word == WITH) return !isWordCharacter(load<u8>(start, 4))
  if (word != SELE && word != INSE && word != UPDA && word != DELE) return false
  const rest = load<u16>(start, 4) | <u16>LETTERS
  if (word == SELE ? rest != CT_LETTERS : word == INSE ? rest != RT_LETTERS : rest != TE_LETTERS) return false
  return !isWordCharacter(load<u8>(start, 6))
}

function isWordCharacter(byte: u8): bool {
  const lower = byte | 0x20
  return (lower >= 0x61 && lower <= 0x7a) || (byte >= 0x30 && byte <= 0x39) || byte == 0x5f
}

/**
 * Whether a text may begin with the search path that the Postgres adapter puts before a statement: `"$user",
 * public-SELECT …`.
 */
@inline
function mayBeSearchPath(start: usize): bool {
  return load<u8>(start) == QUOTE || (load<u32>(start) | LETTERS) == PUBL
}

/** Hashes of the values, by id: they identify values after the table is gone. */
export let valueHashes: usize = 0
let hashCapacity: u32 = 0
let keepsHashes: bool = true
export let valueCount: u32 = 0

function keepValue(slot: usize, hash: u64): u32 {
  if (keepsHashes && valueCount == hashCapacity) {
    hashCapacity = hashCapacity == 0 ? 1 << 10 : hashCapacity << 1
    valueHashes = moved(valueHashes, <usize>valueCount << 3, <usize>hashCapacity << 3)
  }

  if (keepsHashes) store<u64>(valueHashes + (<usize>valueCount << 3), hash)
  valueCount++
  return keep(values, slot, hash, MET_ONCE)
}

/** The id of a value that the line reader found. The caller sees from the id whether it is new, and keeps its text. */
export function valueIdOf(start: usize, end: usize): i32 {
  const hash = hashText(start, end)
  const slot = slotOf(values, hash)
  return keyPlusOne(slot) == 0 ? keepValue(slot, hash) : keyPlusOne(slot) - 1
}

/** Releases the table of values: no more ids are needed. */
export function leaveValues(): void {
  leave(values.slots, (<usize>values.mask + 1) << 4)
}

/** Sets the capacity of the table of values, before the first one. `slots`: a power of two. */
export function reserveSlots(slots: u32): void {
  initialize(changetype<usize>(values), slots)
}

/** Sets the capacity for texts and hashes of values, before the first one. */
export function reserveValues(most: u32, withHashes: bool): void {
  reserveTexts(most)
  keepsHashes = withHashes
  if (!withHashes) return
  hashCapacity = most
  valueHashes = allocate(<usize>most << 3)
}
