// What a dump is called in a report that others read.
import {basename} from 'node:path'

export type DumpTitle = {
  readonly title: string
  /** null: a file on this machine. */
  readonly stored: object | null
  /** What was kept beside a file; its title is made of them. */
  readonly facts: object | null
}

/** Where a file lies on this machine is nobody else's business. */
export function sharedTitle({facts, stored, title}: DumpTitle): string {
  return stored === null && facts === null ? basename(title) : title
}
