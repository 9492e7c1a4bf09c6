// What the tools that read dumps share.
import {UserError} from '../errors.js'
import type {NamedDumps} from '../inputs/named-dump.js'
import type {Reading} from '../inputs/open-cached.js'
import type {OnProgress} from '../progress.js'
import type {Suspect} from '../analysis/suspects/finding.js'
import type {Call} from './tool.js'

export const DUMP = 'id or key of a dump (see list), latest, or a file'

/** Throws UserErrors of finding them, and `wrong_use` for what is not a regular file: stdin carries the protocol. */
export async function findDumps(names: readonly [string, ...string[]], {findDumps: find}: Call): Promise<NamedDumps> {
  const found = await find(names)
  for (const {name, stored, storedBytes} of found) {
    if (stored !== null || storedBytes !== null) continue
    throw new UserError(`${name} is not a regular file.`, {
      code: 'wrong_use',
      exit: 2,
      hint: 'Name a dump in the bucket (see list), or a dump file.',
    })
  }

  return found
}

export function readingOf({caches, onProgress}: Call): Reading {
  return {caches, onProgress}
}

export function withProgressOf({onProgress}: Call) {
  return <Result>(run: (onProgress: OnProgress) => Promise<Result>) => run(onProgress)
}

/** A suspect in few words; `explain`: what to pass to the tool of that name. */
export function suspectRow({ownerAddress, path, ...suspect}: Suspect): object {
  return {
    ...suspect,
    explain: path.at(-1)?.address ?? ownerAddress,
    path: path.map(({label, reference}) => (reference === null ? label : `${reference} → ${label}`)),
  }
}
