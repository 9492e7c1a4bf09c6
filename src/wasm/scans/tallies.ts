// Counts objects and bytes by any column: objects in words, bytes in floating point, both initially zero.
import {NAMED, SINGLETON} from '../bytes'
import {IS_CLASS, IS_DATA, IS_IMEMO, IS_MODULE} from '../types'
import {addWide, get, NONE, set} from '../words-of-memory'
import {classes, count, counts, details, firstEdge, flagsOf, memsizeOf, sites, typeOf} from './heap'

/**
 * By `keys − first`, for the types in `mask` (0: all). Objects without a key (-1) go to the entry after the others,
 * `groups`. No object has a key beyond.
 */
export function tally(keys: usize, first: i32, groups: i32, mask: u32, objects: usize, memsizes: usize): void {
  for (let index = 0; index < count; index++) {
    if (mask != 0) {
      const type = typeOf(index)
      if (type > 31 || ((mask >> type) & 1) == 0) continue
    }

    if (!counts(index)) continue
    const key = get(keys, index)
    const group = key == NONE ? groups : key - first
    set(objects, group, get(objects, group) + 1)
    addWide(memsizes, group, <f64>memsizeOf(index))
  }
}

export function tallyTypes(objects: usize, memsizes: usize): void {
  for (let index = 0; index < count; index++) {
    if (!counts(index)) continue
    const type = typeOf(index)
    set(objects, type, get(objects, type) + 1)
    addWide(memsizes, type, <f64>memsizeOf(index))
  }
}

/** Counts objects' references by site; those of objects without a site in entry `groups`. */
export function tallyReferences(groups: i32, references: usize): void {
  for (let index = 0; index < count; index++) {
    if (!counts(index)) continue
    const site = get(sites, index)
    const group = site == NONE ? groups : site
    set(references, group, get(references, group) + get(firstEdge, index + 1) - get(firstEdge, index))
  }
}

/** How many objects have one of the flags. */
export function countFlagged(flags: u32): i32 {
  let found = 0
  for (let index = 0; index < count; index++) if ((flagsOf(index) & flags) != 0 && counts(index)) found++
  return found
}

export let least: i32 = 0
export let most: i32 = 0

/** Sets `least` and `most` to the smallest and the largest entry of a column, ignoring -1. */
export function spanOf(column: usize, length: i32): void {
  least = i32.MAX_VALUE
  most = NONE
  for (let index = 0; index < length; index++) {
    const entry = get(column, index)
    if (entry == NONE) continue
    if (entry < least) least = entry
    if (entry > most) most = entry
  }
}

/**
 * Numbers classes in the order of their first objects. Writes `numbers` (initially zero): by class, its number + 1;
 * `groupOf`: by object, -1 without a class; `firsts`: the first object of each class. Returns how many there are.
 */
export function numberClasses(numbers: usize, groupOf: usize, firsts: usize): i32 {
  let last = 0
  for (let index = 0; index < count; index++) {
    const owner = get(classes, index)
    if (owner == NONE) {
      set(groupOf, index, NONE)
      continue
    }

    let number = get(numbers, owner)
    if (number == 0) {
      set(firsts, last, index)
      number = ++last
      set(numbers, owner, number)
    }

    set(groupOf, index, number - 1)
  }

  return last
}

/** Replaces each entry of a column that is not -1 with `renamed[entry]`. */
export function rename(column: usize, length: i32, renamed: usize): void {
  for (let index = 0; index < length; index++) {
    const entry = get(column, index)
    if (entry != NONE) set(column, index, get(renamed, entry))
  }
}

/**
 * Writes to `kinds` (initially zero) one byte for each module, and for each IMEMO or DATA what `imemoKinds` and
 * `structKinds` have for its detail.
 */
export function classify(kinds: usize, namedModule: u32, unnamedModule: u32, imemoKinds: usize, structKinds: usize): void {
  for (let index = 0; index < count; index++) {
    const type = typeOf(index)
    if (type == IS_CLASS || type == IS_MODULE) {
      store<u8>(kinds + index, (flagsOf(index) & (NAMED | SINGLETON)) == NAMED ? namedModule : unnamedModule)
    } else if (type == IS_IMEMO || type == IS_DATA) {
      const detail = get(details, index)
      if (detail >= 0) store<u8>(kinds + index, load<u8>((type == IS_IMEMO ? imemoKinds : structKinds) + detail))
    }
  }
}
