// What a person should know about giving free memory back: before it happens, and why it did not.
import type {ErrorCode} from '../error-codes.js'
import {UserError} from '../errors.js'
import type {ProcessStatus, Trimmed, TrimmedProcess} from '../protocol/messages.js'
import {formatBytes} from '../units.js'

type Refusal = NonNullable<TrimmedProcess['refused']>

/** In lines of at most 80 columns. */
export function describeTrim(
  dyno: string,
  processes: readonly Pick<ProcessStatus, 'process' | 'rssBytes'>[],
): string[] {
  const bytes = processes.reduce((sum, {rssBytes}) => sum + (rssBytes ?? 0), 0)
  const [first, ...others] = processes
  const who = others.length === 0 ? (first?.process ?? 'no process') : `${processes.length} processes`
  return [
    ` ${dyno}: ${who}, ${formatBytes(bytes)} in use.`,
    ' malloc_trim(3), called in one process after the other, returns what malloc',
    ' holds free to the dyno. It takes 1 ms for each MB returned, or less.',
    ' Meanwhile a thread that allocates from the same arena waits.',
    ' This is first aid: memory fills up again until the cause is fixed.',
  ]
}

const REASONS: Readonly<Record<Refusal, string>> = {
  busy: 'is being dumped',
  failed: 'could not be trimmed; its log says why',
  no_answer: 'did not answer in time',
  no_fiddle: 'cannot call malloc_trim: Ruby has no Fiddle in this bundle',
  other_allocator: 'does not use the malloc of glibc',
}

/** `puma worker 0 (pid 5) uses jemalloc, which returns free memory by itself.` */
export function refusalInWords({allocator, pid, process, refused}: TrimmedProcess): string | null {
  if (refused === null) return null
  const reason =
    refused === 'other_allocator' && allocator !== null && allocator !== 'other'
      ? `uses ${allocator}, which returns free memory by itself`
      : REASONS[refused]
  return `${process} (pid ${pid}) ${reason}.`
}

/** Never negative: the app may have grown meanwhile. */
export function returnedBytes({afterBytes, beforeBytes}: TrimmedProcess): number {
  return Math.max(0, (beforeBytes ?? 0) - (afterBytes ?? 0))
}

/** `212 MB returned to web.1.` */
export function verdictOfTrim(dyno: string, processes: readonly TrimmedProcess[]): string {
  const trimmed = processes.filter(one => one.refused === null)
  return `${formatBytes(trimmed.reduce((sum, one) => sum + returnedBytes(one), 0))} returned to ${dyno}.`
}

const CODES: Readonly<Record<Refusal, ErrorCode>> = {
  busy: 'busy',
  failed: 'internal',
  no_answer: 'agent_silent',
  no_fiddle: 'unsupported',
  other_allocator: 'unsupported',
}

/** The error if no process was trimmed; null: at least one was. */
export function refusalOf({dyno, processes}: Pick<Trimmed, 'dyno' | 'processes'>): UserError | null {
  const [first] = processes
  if (first === undefined) return new UserError(`${dyno} has no Ruby process.`, {code: 'process_gone'})
  const {refused} = first
  if (refused === null || processes.some(one => one.refused === null)) return null
  return new UserError(processes.map(one => refusalInWords(one)).join(' '), {
    code: CODES[refused],
    hint: refused === 'busy' ? 'Run the command again when the dump is stored.' : null,
  })
}
