// The codes of a record's references.
import {CLOSE_BRACKET, COMMA_SPACE} from './bytes'
import {addReference} from './columns'
import {low, next, page, scanAddress} from './numbers'
import {codeOf, NO_CODE} from './pages'
import {REFERENCE, THREE} from './words'

/** Adds the references that follow the opening bracket. Returns where the next member begins, or 0. */
export function scanReferences(start: usize): usize {
  let at = start
  if (load<u8>(at) == CLOSE_BRACKET) return at + 1
  while (true) {
    if ((load<u32>(at) & THREE) != REFERENCE || !scanAddress(at + 3)) return 0
    const code = codeOf(page, low)
    if (code == NO_CODE) return 0
    addReference(code)
    at = next + 1
    if (load<u16>(at) == COMMA_SPACE) at += 2
    else return load<u8>(at) == CLOSE_BRACKET ? at + 1 : 0
  }
}
