// Asks the user before a tool touches the running app: through the client if it can ask, otherwise the assistant asks.
import type {Server} from '@modelcontextprotocol/sdk/server/index.js'
import {UserError} from '../errors.js'
import type {Call} from './tool.js'

/** A person may be elsewhere. */
const ANSWER_MS = 600_000

const QUESTION = {
  properties: {confirm: {description: 'Take the dump now', title: 'Confirm', type: 'boolean' as const}},
  required: ['confirm'],
  type: 'object' as const,
}

export function confirmWith(server: Server, signal: AbortSignal): Call['confirm'] {
  return async ({refused}, said, agreed) => {
    if (server.getClientCapabilities()?.elicitation?.form !== undefined) {
      const options = {signal, timeout: ANSWER_MS}
      const message = [...said, 'Continue?'].join('\n')
      const {action, content} = await server
        .elicitInput({message, requestedSchema: QUESTION}, options)
        .catch(() => ({action: 'cancel' as const, content: undefined}))
      if (action === 'accept' && content?.confirm === true) return
      throw new UserError(refused, {code: 'not_confirmed', hint: 'The user did not confirm. Do not try again unasked.'})
    }

    if (agreed) return
    throw new UserError(`Confirmation required. ${refused}`, {
      code: 'not_confirmed',
      exit: 2,
      hint: [...said, 'Show this to the user. Only after a yes, call again with confirm: true.'],
    })
  }
}
