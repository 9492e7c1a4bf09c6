// What to do about a code that the agent gave for a dump it did not make.
import type {FailureCode} from '../error-codes.js'
import {appCommand, flag, herokuCommand, proposal, type Target} from '../command-line.js'

type Context = {
  readonly dyno: string
  readonly target: Target
}

/** One or two lines for a person. */
export function failureHint(code: FailureCode | undefined, {dyno, target}: Context): ReadonlyArray<string | null> {
  const force = herokuCommand('heapdump:trigger', [], [...target, ...flag('--dyno', dyno), '--force'])
  switch (code) {
    case 'busy': {
      return [proposal`Watch it arrive: ${herokuCommand('heapdump:list', [], target)}`]
    }

    case 'version':
    case 'unsupported': {
      return [
        'Agent and plugin are of different age: heroku plugins:update, and deploy once so that the buildpack updates the agent.',
      ]
    }

    case 'no_room': {
      return [
        'A larger dyno has room (heroku ps:resize; but it restarts the app, and its heap is gone), and so has one with fewer workers.',
        proposal`To dump all the same, at the risk of a killed dyno: ${force}`,
      ]
    }

    case 'too_soon': {
      return [proposal`To dump now all the same: ${force}`]
    }

    case 'limit_reached': {
      return ['The config var HEAPDUMP_DAILY_LIMIT sets the limit (0: none); changing it restarts the dynos.']
    }

    default: {
      return [proposal`${appCommand('logs', flag('--dyno', dyno), target)} | grep heapdump tells more.`]
    }
  }
}
