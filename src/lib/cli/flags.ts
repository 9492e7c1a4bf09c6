// Flags that several commands share.
import {Errors, Flags} from '@oclif/core'
import type {FailOn} from '../analysis/report/fail-on.js'
import {parseBytes, parseDuration, writeDuration} from '../units.js'

/** A dyno, or a process type: see askDyno. */
export const dynoFlag = Flags.custom<string>({helpValue: 'web.1'})

/** `90`, `90s`, `5m` or `1h` → seconds, at most `max`. */
export const durationFlag = Flags.custom<number, {readonly max: number}>({
  // The help shows 10m, not 600.
  defaultHelp: async ({options}) => (typeof options.default === 'number' ? writeDuration(options.default) : undefined),
  helpValue: 'DURATION',
  async parse(text, _context, {max, name}) {
    const seconds = parseDuration(text)
    if (seconds === null)
      throw new Errors.CLIError(`--${name} ${text}: not a duration. Write 30s, 5m or 1h.`, {exit: 2})
    if (seconds > max) throw new Errors.CLIError(`--${name} ${text}: at most ${writeDuration(max)}.`, {exit: 2})
    return seconds
  },
})

/** `--no-cache` neither reads nor writes the cache. */
export const cacheFlag = Flags.boolean({
  allowNo: true,
  default: true,
  description: 'keep the heap without its strings, and reuse it for the same dump (default)',
})

export const databaseFlag = Flags.custom<string>({
  description: 'database to send the request through: an attachment or a config var',
  helpGroup: 'connection',
  helpValue: 'NAME',
})

/** A severity, or a retained size in bytes. */
export const failOnFlag = Flags.custom<FailOn>({
  helpValue: 'high|medium|low|SIZE',
  async parse(text) {
    if (text === 'high' || text === 'medium' || text === 'low') return text
    const bytes = parseBytes(text)
    if (bytes === null)
      throw new Errors.CLIError(`--fail-on ${text}: write high, medium, low or a size such as 50MB.`, {exit: 2})
    return bytes
  },
})
