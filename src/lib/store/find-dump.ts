// Which stored dump a person means: an id of the list, a key, or `latest`.
import {herokuCommand, proposal, type Target} from '../command-line.js'
import {UserError} from '../errors.js'
import type {DumpStore, StoredDump} from './store.js'

/** Throws UserError `no_dumps`, `dump_not_found`, `ambiguous_dump`. */
export async function findDump(store: DumpStore, name: string, target: Target): Promise<StoredDump> {
  return pickDump(await store.list(), name, target)
}

/** The same of a list that is there already, newest first. */
export function pickDump(listed: readonly StoredDump[], name: string, target: Target): StoredDump {
  const dumps = listed.filter(dump => dump.complete)
  if (name === 'latest') {
    const [latest] = dumps
    if (latest) return latest
    throw new UserError('There is no dump in the bucket yet.', {
      code: 'no_dumps',
      hint: proposal`Take one: ${herokuCommand('heapdump:trigger', [], target)}`,
    })
  }

  const found = dumps.filter(dump => dump.key === name || dump.id === name)
  const [only, another] = found
  if (only !== undefined && another === undefined) return only
  if (another !== undefined) {
    throw new UserError(`${name} is the id of ${found.length} dumps.`, {
      code: 'ambiguous_dump',
      exit: 2,
      hint: ['Name one by its key:', ...found.map(dump => `  ${dump.key}`)],
    })
  }

  throw new UserError(`There is no dump ${name}: no such id or key in the bucket, and no such file.`, {
    code: 'dump_not_found',
    hint: proposal`See what there is: ${herokuCommand('heapdump:list', [], target)}`,
  })
}
