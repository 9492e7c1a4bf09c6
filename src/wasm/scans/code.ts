// What counts as code instead of data: methods, scopes, included modules, named classes.
import {NAMED, SINGLETON} from '../bytes'
import {IS_CLASS, IS_DATA, IS_ICLASS, IS_IMEMO, IS_MODULE, IS_SYMBOL} from '../types'
import {get} from '../words-of-memory'
import {details, flagsOf, typeOf} from './heap'

/** Names of IMEMOs that are not code: the environment of a closure, and a block made by native code. */
let environment: i32 = 0
let nativeBlock: i32 = 0
/** The struct of a block. */
let block: i32 = 0

export function setDataNames(env: i32, ifunc: i32, proc: i32): void {
  environment = env
  nativeBlock = ifunc
  block = proc
}

/** Same as `isCode` in lib/analysis/suspects/accumulation-points.ts. */
@inline
export function isCode(index: i32): bool {
  switch (typeOf(index)) {
    case IS_IMEMO: return get(details, index) != environment && get(details, index) != nativeBlock
    case IS_ICLASS: case IS_SYMBOL: case IS_MODULE: return true
    case IS_CLASS: return (flagsOf(index) & (NAMED | SINGLETON)) != 0
    default: return false
  }
}

@inline
export function isBlock(index: i32): bool {
  return typeOf(index) == IS_DATA && get(details, index) == block
}
