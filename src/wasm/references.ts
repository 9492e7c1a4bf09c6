// Codes of what the records of a batch refer to.
import {CLOSE_BRACKET, COMMA_SPACE} from './bytes'
import {allocate} from './memory'
import {low, next, page, scanAddress} from './numbers'
import {codeOf, NO_CODE} from './pages'
import {REFERENCE, THREE} from './words'

let capacity: u32 = 1 << 15
export let edges: usize = allocate(<usize>capacity << 2)
export let edgeCount: u32 = 0
let isFull: bool = false

export function dropEdges(count: u32): void {
  edgeCount = count
}

/** Whether the references scanned last had no room. It is asked once. */
export function edgesHadNoRoom(): bool {
  const had = isFull
  isFull = false
  return had
}

/** A record that has no room in a batch of its own has it now: whoever drops all edges asks for this. */
export function growEdges(): void {
  capacity <<= 1
  edges = allocate(<usize>capacity << 2)
}

/** Adds the references from after the opening bracket; returns where the next member begins, or 0. */
export function scanReferences(start: usize): usize {
  let at = start
  if (load<u8>(at) == CLOSE_BRACKET) return at + 1
  while (true) {
    if ((load<u32>(at) & THREE) != REFERENCE || !scanAddress(at + 3)) return 0
    const code = codeOf(page, low)
    if (code == NO_CODE) return 0
    if (edgeCount == capacity) {
      isFull = true
      return 0
    }

    store<i32>(edges + (<usize>edgeCount << 2), code)
    edgeCount++
    at = next + 1
    if (load<u16>(at) == COMMA_SPACE) at += 2
    else return load<u8>(at) == CLOSE_BRACKET ? at + 1 : 0
  }
}
