// Codes of the types, as in lib/heap/object-types.ts: scanned and parsed records must match.
import {QUOTE} from './bytes'
import {
  ARRAY, BIGNUM, CLASS, COMPLEX, DATA, FILE_TYPE, FLOAT, HASH, ICLASS, IMEMO, MATCH, MODULE, OBJECT, RATIONAL, REGEXP, STRING, STRUCT, SYMBOL,
} from './words'

export const IS_CLASS: i32 = 1
export const IS_MODULE: i32 = 2
export const IS_ICLASS: i32 = 3
export const IS_STRING: i32 = 4
export const IS_SYMBOL: i32 = 5
export const IS_ARRAY: i32 = 7
export const IS_HASH: i32 = 8
export const IS_DATA: i32 = 16
export const IS_IMEMO: i32 = 17

export let typeEnd: usize = 0

/**
 * The code of the type whose name, with closing quote, is at `at`; -1 if it is not an object's. Sets `typeEnd` to the
 * position after it.
 */
export function scanType(at: usize): i32 {
  const name = load<u64>(at)
  // Seven bytes: six letters and the quote. Then six bytes, then five.
  typeEnd = at + 7
  switch (name & 0x00ffffffffffffff) {
    case STRING: return IS_STRING
    case OBJECT: return 0
    case STRUCT: return 9
    case SYMBOL: return IS_SYMBOL
    case ICLASS: return IS_ICLASS
    case MODULE: return IS_MODULE
    case REGEXP: return 6
    case BIGNUM: return 10
  }

  typeEnd = at + 6
  switch (name & 0x0000ffffffffffff) {
    case ARRAY: return IS_ARRAY
    case IMEMO: return IS_IMEMO
    case CLASS: return IS_CLASS
    case FLOAT: return 11
    case MATCH: return 14
  }

  typeEnd = at + 5
  switch (name & 0x000000ffffffffff) {
    case HASH: return IS_HASH
    case DATA: return IS_DATA
    case FILE_TYPE: return 15
  }

  typeEnd = at + 8
  if (name == COMPLEX) return 13
  typeEnd = at + 9
  return name == RATIONAL && load<u8>(at, 8) == QUOTE ? 12 : -1
}
