// What the objects are that Ruby keeps for itself, by the name of their group: `(IMEMO iseq)`, `(ICLASS)`.
import {internalLabel} from '../analysis/objects/labels.js'

// Maps, because names come from a dump: an object has a `constructor` of its own.
const KINDS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ARRAY: 'arrays that Ruby hides',
    BIGNUM: 'numbers that Ruby hides',
    CLASS: 'singleton classes and hidden classes',
    DATA: 'native data',
    FILE: 'files that Ruby hides',
    HASH: 'hashes that Ruby hides',
    ICLASS: 'modules included into classes',
    MATCH: 'matches of a regular expression',
    MODULE: 'hidden modules',
    NODE: 'syntax trees',
    OBJECT: 'objects that Ruby hides',
    STRING: 'strings that Ruby hides',
    STRUCT: 'structs that Ruby hides',
    SYMBOL: 'symbols created at run time',
  }),
)

/** Plurals of what a label calls one object. */
const PLURALS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    callcache: 'caches of method calls',
    callinfo: 'arguments of method calls',
    constcache: 'caches of constants',
    cref: 'scopes of classes and modules',
    env: 'variables of blocks',
    iseq: 'compiled code',
    ment: 'methods',
  }),
)

export function internalsInWords(name: string): string {
  const [type = '', detail] = name.slice(1, -1).split(/ (.*)/)
  if (type === 'IMEMO') return PLURALS.get(detail ?? '') ?? internalLabel(detail ?? null)
  return KINDS.get(type) ?? 'internal objects'
}
