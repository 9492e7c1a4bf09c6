// Which process of a dyno a person means.
import {UserError} from '../errors.js'
import type {ProcessStatus, Status} from '../protocol/messages.js'

/** By PID or name. Throws UserError `no_process`; a name may be that of several processes. */
export function findProcess({dyno, processes}: Pick<Status, 'dyno' | 'processes'>, wanted: string): ProcessStatus {
  const found = processes.filter(({pid, process}) => String(pid) === wanted || process === wanted)
  const [first] = found
  if (first !== undefined && found.length === 1) return first
  const listed = (found.length > 1 ? found : processes).map(({pid, process}) => `${pid} (${process})`)
  throw new UserError(`${dyno} has ${found.length === 0 ? 'no' : 'more than one'} process ${wanted}.`, {
    code: 'no_process',
    exit: 2,
    hint: `Name one by its PID: ${listed.join(', ')}.`,
  })
}
