// When an agent that is working counts as gone.
import {appCommand, flag, proposal, type Target} from '../command-line.js'
import {UserError} from '../errors.js'

/** The agent sends an event at least every 5 s while a request is in progress. After three missed ones it is gone. */
export const SILENCE_MS = 20_000

export function silentAgent(dyno: string, target: Target): UserError {
  return new UserError(`The agent on ${dyno} stopped answering ${SILENCE_MS / 1000} s ago.`, {
    code: 'agent_silent',
    hint: [
      'The dyno was probably restarted, or killed for exceeding its memory quota (R15).',
      proposal`To check its log: ${appCommand('logs', [], [...flag('--dyno', dyno), ...target])}`,
      'If the dump is stored later, heroku heapdump:list shows it.',
    ],
  })
}

export function noAgent(dyno: string, timeoutMs: number): UserError {
  return new UserError(`No agent on ${dyno} answered within ${Math.round(timeoutMs / 1000)} s.`, {code: 'no_agent'})
}
