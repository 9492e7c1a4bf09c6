// What a person can do about a failed dump, by the agent's code.
import type {ErrorCode} from '../error-codes.js'
import {appCommand, flag, herokuCommand, proposal, type Target} from '../command-line.js'

type Context = {
  readonly dyno: string
  readonly target: Target
}

/** One or two lines for a person. */
export function failureHint(code: ErrorCode | undefined, {dyno, target}: Context): ReadonlyArray<string | null> {
  const force = herokuCommand('heapdump:trigger', [], [...target, ...flag('--dyno', dyno), '--force'])
  switch (code) {
    case 'busy': {
      return [
        proposal`To see when it is stored: ${herokuCommand('heapdump:list', [], target)}`,
        proposal`To cancel it: ${herokuCommand('heapdump:cancel', [], target)}`,
      ]
    }

    case 'version':
    case 'unsupported': {
      return [
        'Agent and plugin have different versions. Run heroku plugins:update, and deploy once to update the agent.',
      ]
    }

    case 'no_tracing': {
      const untraced = herokuCommand('heapdump:trigger', [], [...target, ...flag('--dyno', dyno)])
      return [proposal`Update Ruby to 3.2.3 or later, or dump without --trace: ${untraced}`]
    }

    case 'no_room': {
      return [
        'Use a larger dyno (heroku ps:resize) or fewer workers. Both restart the app, which loses this heap.',
        proposal`To dump anyway, at the risk of a killed dyno: ${force}`,
      ]
    }

    case 'no_process': {
      return [proposal`To see what runs: ${herokuCommand('heapdump:status', [], target)}`]
    }

    case 'cancelled': {
      return []
    }

    case 'too_soon': {
      return [proposal`To dump anyway: ${force}`]
    }

    case 'limit_reached': {
      return ['The config var HEAPDUMP_DAILY_LIMIT sets the limit (0: no limit). Changing it restarts the dynos.']
    }

    default: {
      return [proposal`For details: ${appCommand('logs', [], [...flag('--dyno', dyno), ...target])} | grep heapdump`]
    }
  }
}
