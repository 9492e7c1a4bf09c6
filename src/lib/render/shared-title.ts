// A dump's title in a report that others will read.
import {basename} from 'node:path'

export type DumpTitle = {
  readonly title: string
  /** null for a file on this machine. */
  readonly stored: object | null
  /** Read from beside the file; the title is built from these. */
  readonly facts: object | null
}

/** Leaves out the directory of a local file, which is private. */
export function sharedTitle({facts, stored, title}: DumpTitle): string {
  return stored === null && facts === null ? basename(title) : title
}
