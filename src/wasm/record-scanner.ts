// The hot path, in AssemblyScript (compiled to WebAssembly by scripts/build.js): scans records as Ruby prints them,
// from bytes into the heap's columns. It creates no strings and no objects; it compares text four or eight bytes at a
// time, and searches it sixteen at a time. Anything that is not exactly as Ruby prints it (damage, different spacing,
// an unknown type) ends the batch before that line, which is then left to JSON.parse.
//
// The keys are tried in the order in which objspace_dump.c prints them, so that one pass of comparisons reads a whole
// record; the loop around it handles any other order. Every search stops at a control character, so the data must end
// with a newline.
import {addSlotSize, addSuperclass, emptyBatch, MOST_NEW_TEXTS, MOST_RECORDS, newTextCount} from './batch'
import {
  CARRIAGE_RETURN, CLOSE_BRACE, COLON, COLON_16, EMBEDDED, FROZEN, FSTRING, MINUS, NAMED, NEWLINE, OPEN_BRACE, OPEN_BRACKET, QUOTE, SHARED,
  SINGLETON, SPACE, TAB, TOO_COMPLEX, YOUNG,
} from './bytes'
import {addRecord, dropEdges, edgeCount, recordCount} from './columns'
import {flagsEnd, scanFlags} from './flags'
import {skipTranslation} from './ids'
import {hashText} from './hashes'
import {allocate} from './memory'
import {low, next, page, scanAddress, scanNumber} from './numbers'
import {codeOf, isNewSlotSize, NO_CODE, pageNumber} from './pages'
import {scanReferences} from './references'
import {forgetDecoded, exceededCapacity, scanString, skipString, textEnd, textStart} from './strings'
import {addValue, resolveValues, siteKey, textKey} from './tables'
import {IS_IMEMO, IS_STRING, IS_SYMBOL, scanType, typeEnd} from './types'
import {
  AME_QUOTE, BYTE, CAPA, CITY, CLAS, CLASS_N, COLON_QUOTE, COMPLEX_KEY, CT, DDED, DING_U, ED, EMBE, EN, ENCO, ES, E_COLON, E_ID, E_QUOTED,
  FD, FIEL, FILE, FLAG, FROZ, FSTR, GENE, HEAD, HEAD_REST, HEX_PREFIX, IMEM, ING, IVAR, IZE, LENG, LETO, LINE, MEMS, METH, NAME, N_COLON,
  OD, ON, O_TY, PE, QUOTED, QUOTED_0X, RATI, RCLASS, REAL, REFE, RENC, RUE, SEPARATOR, SHAP, SHAPE_T, SHAR, SING, SIZE, SLOT, STRU, SUPE,
  S_COLON, S_QUOTED, TF_8, TH, THREE, TOO, TRUE, TYPE_KEY, UNDERSCORE_SIZ, VALU,
} from './words'

export {
  hasNews, newSiteCount, newSites, newTextCount, newTexts, siteMethodCount, siteMethods, slotSizeCount, slotSizes, statementCount, statements, superclassCount,
  superclasses,
} from './batch'
export {
  addReference, addresses, classes, details, edgeCount, edges, firstEdge, flags, generations, memsizes, recordCount, reserveColumns,
  shapes, sites, sizes, types,
} from './columns'
export {setNameId, setSiteId, translate} from './ids'
export {pageCount, pageNumber, pages, setAlignment} from './pages'
export {left, leftCount, prepare} from './memory'
export {leaveValues, reserveSlots, reserveValues, touched, valueCount, valueHashes, valueIdOf} from './tables'
export {keepName, keepStatement, keepText, textOf} from './texts'

/** Whether the line at which `scan` stopped is not as Ruby prints it. */
export let refused: bool = false

const NO_KEY: u32 = 0xffffffff
const NO_LOW: u32 = 0xffffffff

/** Allocates that many bytes for the dump, plus what is read beyond them. */
export function allocateInput(bytes: i32): usize {
  return allocate(<usize>bytes + 64)
}

/** Adds a complete record, with the heap's ids, after the scanned ones. */
export function addKnown(
  address: i32, type: i32, classCode: i32, memsize: i32, site: i32, generation: i32, detail: i32, size: i32, shape: i32, bits: i32,
): void {
  addRecord(address, type, classCode, memsize, site, generation, detail, size, shape, bits)
  skipTranslation()
}

/**
 * Scans the lines in `[start, end)`, the last of which ends with a newline, as a new batch. Returns where it stopped:
 * at the end, before a line that it rejects, or before a line that does not fit into the batch.
 */
export function scan(start: usize, end: usize): usize {
  emptyBatch()
  forgetDecoded()
  refused = false
  const stop = scanLines(start, end)
  resolveValues()
  return stop
}

function scanLines(start: usize, end: usize): usize {
  const first = recordCount
  let at = start
  while (at < end) {
    if (recordCount - first == MOST_RECORDS || newTextCount > MOST_NEW_TEXTS - 8) return at
    // Blank lines are skipped at the cost of their bytes.
    const blank = skipBlanks(at)
    if (blank != at) {
      at = blank
      continue
    }

    const kept = edgeCount
    const after = scanRecord(at)
    if (after != 0) {
      at = after
      continue
    }

    dropEdges(kept)
    if (!exceededCapacity()) {
      refused = true
      return at
    }

    if (recordCount > first) return at
    // The line was first in its batch, and still did not fit.
    forgetDecoded()
  }

  return at
}

/** The position after a line of only blanks; `start` if it has anything else. */
@inline
function skipBlanks(start: usize): usize {
  let at = start
  while (load<u8>(at) == SPACE || load<u8>(at) == TAB || load<u8>(at) == CARRIAGE_RETURN) at++
  return load<u8>(at) == NEWLINE ? at + 1 : start
}

/** The first four bytes of the key of the member at `at`; 0 if there is no member. */
@inline
function keyAt(at: usize): u32 {
  return (load<u32>(at) & THREE) == SEPARATOR ? load<u32>(at, 3) : 0
}

/** Adds the record that begins at `start`. Returns where the next line begins, or 0 if the record is malformed. */
function scanRecord(start: usize): usize {
  if (load<u64>(start) != HEAD || load<u32>(start, 8) != HEAD_REST || load<u16>(start, 12) != HEX_PREFIX || !scanAddress(start + 14)) return 0
  const address = codeOf(page, low)
  const addressPage = page
  let at = next
  if (address == NO_CODE || load<u64>(at) != TYPE_KEY || (load<u32>(at, 8) & THREE) != QUOTED) return 0
  const type = scanType(at + 11)
  if (type < 0) return 0
  at = typeEnd

  let classCode = NO_CODE
  let fieldsPage: u32 = 0
  let fieldsLow = NO_LOW
  let superclass = NO_CODE
  let memsize: i32 = -1
  let line: i32 = -1
  let file = NO_KEY
  let method = NO_KEY
  let generation: i32 = -1
  let detail: i32 = -1
  let hash: u64 = 0
  let valueStart: usize = 0
  let valueEnd: usize = 0
  let size: i32 = 0
  let shape: i32 = 0
  let slotSize: i32 = 0
  let flags: u32 = 0

  let key = keyAt(at)
  while (key != 0) {
    const passStart = at
    if (key == SHAP && load<u32>(at, 7) == E_ID && load<u16>(at, 11) == COLON_16) {
      shape = scanNumber(at + 13) + 1
      if ((at = next) == 0) return 0
      key = keyAt(at)
    }

    if (key == SLOT && load<u32>(at, 7) == UNDERSCORE_SIZ && (load<u32>(at, 11) & THREE) == E_COLON) {
      slotSize = scanNumber(at + 14)
      if ((at = next) == 0) return 0
      key = keyAt(at)
    }

    if (key == CLAS && load<u32>(at, 7) == S_QUOTED && load<u16>(at, 11) == HEX_PREFIX) {
      const isAddress = scanAddress(at + 13)
      // Up to 3.3, an imemo's class is a word of its own data, printed as if it were a class. From 4.0 on, that of
      // `fields` is the object that they belong to (src/lib/heap/variable-records.ts).
      if (type == IS_IMEMO) {
        if (isAddress) fieldsPage = page
        fieldsLow = isAddress ? low : NO_LOW
        at = skipString(at + 13)
        if (at == 0) return 0
      } else {
        if (!isAddress) return 0
        classCode = codeOf(page, low)
        if (classCode == NO_CODE) return 0
        at = next
      }

      key = keyAt(++at)
    }

    if (key == FROZ && load<u32>(at, 7) == EN && load<u32>(at, 11) == TRUE) {
      flags |= FROZEN
      at += 15
      key = keyAt(at)
    }

    if (key == EMBE && load<u32>(at, 7) == DDED && load<u16>(at, 11) == COLON_16 && load<u32>(at, 13) == TRUE) {
      flags |= EMBEDDED
      at += 17
      key = keyAt(at)
    }

    if (key == FSTR && load<u32>(at, 7) == ING && load<u8>(at, 11) == COLON && load<u32>(at, 12) == TRUE) {
      flags |= FSTRING
      at += 16
      key = keyAt(at)
    }

    if (key == IMEM && load<u32>(at, 7) == O_TY && load<u32>(at, 11) == PE && load<u8>(at, 15) == QUOTE) {
      if (load<u32>(at, 16) == FIEL && fieldsLow != NO_LOW) {
        classCode = codeOf(fieldsPage, fieldsLow)
        if (classCode == NO_CODE) return 0
      }

      if ((at = scanDetail(at + 16)) == 0) return 0
      detail = textDetail()
      key = keyAt(at)
    }

    if (key == BYTE && load<u32>(at, 7) == SIZE && load<u16>(at, 11) == COLON_16) {
      size = scanNumber(at + 13)
      if ((at = next) == 0) return 0
      key = keyAt(at)
    }

    if (key == CAPA && (load<u64>(at, 7) & 0x0000ffffffffffff) == CITY) {
      scanNumber(at + 13)
      if ((at = next) == 0) return 0
      key = keyAt(at)
    }

    if (key == VALU && load<u32>(at, 7) == E_QUOTED) {
      if ((at = scanString(at + 11)) == 0) return 0
      if (type == IS_STRING || type == IS_SYMBOL) {
        hash = hashText(textStart, textEnd)
        valueStart = textStart
        valueEnd = textEnd
      }

      key = keyAt(++at)
    }

    if (key == ENCO && load<u64>(at, 7) == DING_U && load<u64>(at, 15) == TF_8) {
      at += 20
      key = keyAt(at)
    }

    if (key == LENG && load<u32>(at, 7) == TH) {
      size = scanNumber(at + 11)
      if ((at = next) == 0) return 0
      key = keyAt(at)
    }

    // For an Array, from 3.2 on.
    if (key == EMBE && load<u32>(at, 7) == DDED && load<u16>(at, 11) == COLON_16 && load<u32>(at, 13) == TRUE) {
      flags |= EMBEDDED
      at += 17
      key = keyAt(at)
    }

    if (key == SUPE && load<u64>(at, 7) == RCLASS && load<u32>(at, 14) == QUOTED_0X) {
      if (!scanAddress(at + 18)) return 0
      superclass = codeOf(page, low)
      if (superclass == NO_CODE) return 0
      at = next + 1
      key = keyAt(at)
    }

    if (key != 0 && key != REFE && key != FILE && key != MEMS) {
      if ((at = scanOther(at, key, flags)) == 0) return 0
      flags |= otherFlags
      if (hasOtherSize) size = otherSize
      if (hasOtherDetail) detail = textDetail()
      key = keyAt(at)
    }

    if (key == REFE && load<u32>(at, 7) == RENC && load<u32>(at, 11) == ES && load<u8>(at, 15) == OPEN_BRACKET) {
      if ((at = scanReferences(at + 16)) == 0) return 0
      key = keyAt(at)
    }

    if (key == FILE && (load<u32>(at, 7) & THREE) == QUOTED) {
      if ((at = scanString(at + 10)) == 0) return 0
      file = textKey()
      key = keyAt(++at)
    }

    if (key == LINE && load<u16>(at, 7) == COLON_16) {
      line = scanNumber(at + 9)
      if ((at = next) == 0) return 0
      key = keyAt(at)
    }

    if (key == METH && load<u16>(at, 7) == OD && (load<u32>(at, 9) & THREE) == QUOTED) {
      if ((at = scanString(at + 12)) == 0) return 0
      method = textKey()
      key = keyAt(++at)
    }

    if (key == GENE && load<u32>(at, 7) == RATI && load<u32>(at, 11) == ON) {
      generation = scanNumber(at + 15)
      if ((at = next) == 0) return 0
      key = keyAt(at)
    }

    if (key == MEMS && load<u32>(at, 7) == IZE && load<u8>(at, 11) == COLON) {
      memsize = scanNumber(at + 12)
      if ((at = next) == 0) return 0
      key = keyAt(at)
    }

    if (key == FLAG && (load<u32>(at, 7) & THREE) == S_COLON && load<u8>(at, 10) == OPEN_BRACE) {
      flags = (flags & ~YOUNG) | scanFlags(at + 11)
      if ((at = flagsEnd) == 0) return 0
      key = keyAt(at)
    }

    // A record may repeat a key; one pass adds at most four texts.
    if (at == passStart || newTextCount > MOST_NEW_TEXTS - 4) return 0
  }

  if (load<u8>(at) != CLOSE_BRACE) return 0
  at++
  if (load<u8>(at) == CARRIAGE_RETURN) at++
  if (load<u8>(at) != NEWLINE || memsize < 0) return 0

  // The detail of a text is its value (resolveValues), not another member that Ruby does not print for it.
  if (type == IS_STRING || type == IS_SYMBOL) detail = -1
  let site = -1
  if (file != NO_KEY) site = siteKey(file, line, method)
  if (valueStart != 0) addValue(hash, valueStart, valueEnd)
  if (superclass != NO_CODE) addSuperclass(superclass)
  if (slotSize > 0 && isNewSlotSize(addressPage, slotSize)) addSlotSize(pageNumber(addressPage), slotSize)
  addRecord(address, type, classCode, memsize, site, generation, detail, size, shape, flags)
  return at + 1
}

/** The results of `scanOther`: flags to add; a size; and whether the last scanned text is the record's detail. */
let otherFlags: u32 = 0
let otherSize: i32 = 0
let hasOtherSize: bool = false
let hasOtherDetail: bool = false

/**
 * Reads one of the less frequent members. They are kept apart from strings and arrays, and from the function that V8
 * compiles for those. Returns where the member ends; `at` itself if the main pass handles it; or 0.
 */
function scanOther(at: usize, key: u32, flags: u32): usize {
  otherFlags = 0
  hasOtherSize = false
  hasOtherDetail = false
  if (key == SIZE && load<u16>(at, 7) == COLON_16) return scanSize(at + 9)
  if (key == IVAR && (load<u32>(at, 7) & THREE) == S_COLON) return scanSize(at + 10)
  if (key == FD) {
    // A closed file has -1.
    const negative = load<u8>(at, 7) == MINUS
    const after = scanSize(at + (negative ? 8 : 7))
    if (negative) otherSize = -otherSize
    return after
  }

  if (key == STRU && load<u16>(at, 7) == CT && (load<u32>(at, 9) & THREE) == QUOTED) return scanDetail(at + 12)
  if (key == NAME && (load<u32>(at, 7) & THREE) == QUOTED) {
    otherFlags = NAMED
    return scanDetail(at + 10)
  }

  if (key == REAL && load<u64>(at, 7) == CLASS_N && load<u32>(at, 15) == AME_QUOTE && load<u16>(at, 19) == COLON_QUOTE) {
    const after = scanDetail(at + 21)
    if ((flags & NAMED) != 0) hasOtherDetail = false
    return after
  }

  if (key == SHAR && load<u32>(at, 7) == ED && load<u32>(at, 11) == TRUE) {
    otherFlags = SHARED
    return at + 15
  }

  if (key == SING && load<u32>(at, 7) == LETO && (load<u32>(at, 11) & THREE) == N_COLON && load<u32>(at, 14) == TRUE) {
    otherFlags = SINGLETON
    return at + 18
  }

  if (key == TOO && load<u64>(at, 7) == COMPLEX_KEY && load<u64>(at, 15) == SHAPE_T && (load<u32>(at, 23) & THREE) == RUE) {
    otherFlags = TOO_COMPLEX
    return at + 26
  }

  return isKept(key) ? at : skipMember(at + 3)
}

function scanSize(at: usize): usize {
  otherSize = scanNumber(at)
  hasOtherSize = true
  return next
}

function scanDetail(at: usize): usize {
  hasOtherDetail = true
  const close = scanString(at)
  return close == 0 ? 0 : close + 1
}

/** The record's detail, as the key of the last scanned text. */
function textDetail(): i32 {
  return -2 - <i32>textKey()
}

/** Skips a member that is not kept: a key, then a string, a number or a literal. `at` is the first byte of the key. */
function skipMember(at: usize): usize {
  const key = skipString(at)
  if (key == 0 || load<u16>(key) != COLON_16) return 0
  const value = key + 2
  const first = load<u8>(value)
  if (first == QUOTE) {
    const close = skipString(value + 1)
    return close == 0 ? 0 : close + 1
  }

  if (load<u32>(value) == TRUE) return value + 4
  scanNumber(value)
  return next
}

/** Whether the main pass handles this key: out of order, it waits for the next pass. */
function isKept(key: u32): bool {
  switch (key) {
    case SHAP: case SLOT: case CLAS: case FROZ: case EMBE: case FSTR: case IMEM: case BYTE: case CAPA: case VALU: case LENG: case SUPE:
    case SIZE: case IVAR: case FD: case STRU: case NAME: case REAL: case SHAR: case SING: case TOO:
    case LINE: case METH: case GENE: case FLAG:
      return true
    default:
      return false
  }
}
