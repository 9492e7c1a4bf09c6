// Flags of more than one command.
import {Errors, Flags} from '@oclif/core'
import {parseDuration} from './units.js'

/** `90`, `90s`, `5m`, `1h`, as seconds, at most `max`. */
export const durationFlag = Flags.custom<number, {readonly max: number}>({
  helpValue: 'DURATION',
  async parse(text, _context, {max, name}) {
    const seconds = parseDuration(text)
    if (seconds === null) throw new Errors.CLIError(`--${name} ${text}: not a duration. Write 30s, 5m or 1h.`, {exit: 2})
    if (seconds > max) throw new Errors.CLIError(`--${name} ${text}: at most ${max / 60}m.`, {exit: 2})
    return seconds
  },
})
