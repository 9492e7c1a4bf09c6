import {freemem} from 'node:os'

/** Bytes, of this process: a container may have less than the machine. */
export function availableBytes(): number {
  const {availableMemory} = process as {availableMemory?: () => number}
  return availableMemory?.() ?? freemem()
}
