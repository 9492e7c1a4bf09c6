// Finds a stored dump by id, key, or `latest`.
import {herokuCommand, proposal, type Target} from '../command-line.js'
import {UserError} from '../errors.js'
import type {DumpStore, StoredDump} from './store.js'

/** Throws UserError `no_dumps`, `dump_not_found`, `ambiguous_dump`. */
export async function findDump(store: DumpStore, name: string, target: Target): Promise<StoredDump> {
  return pickDump(await store.list(), name, target)
}

/** Like `findDump`, in a list, newest first. */
export function pickDump(listed: readonly StoredDump[], name: string, target: Target): StoredDump {
  const dumps = listed.filter(dump => dump.complete)
  if (name === 'latest') {
    const [latest] = dumps
    if (latest) return latest
    throw new UserError('The bucket has no dumps yet.', {
      code: 'no_dumps',
      hint: proposal`Take a dump: ${herokuCommand('heapdump:trigger', [], target)}`,
    })
  }

  const found = dumps.filter(dump => dump.key === name || dump.id === name)
  const [only, another] = found
  if (only !== undefined && another === undefined) return only
  if (another !== undefined) {
    throw new UserError(`${found.length} dumps have the id ${name}.`, {
      code: 'ambiguous_dump',
      exit: 2,
      hint: ['Use the key instead:', ...found.map(dump => `  ${dump.key}`)],
    })
  }

  throw new UserError(`There is no dump ${name}: it is neither an id or key in the bucket, nor a file.`, {
    code: 'dump_not_found',
    hint: proposal`List the dumps: ${herokuCommand('heapdump:list', [], target)}`,
  })
}
