// Progress of a call → notifications, for clients that ask for them: a client ends a call that is silent for too long.
import type {RequestHandlerExtra} from '@modelcontextprotocol/sdk/shared/protocol.js'
import type {ServerNotification, ServerRequest} from '@modelcontextprotocol/sdk/types.js'
import {printable} from '../printable.js'
import {ignoreProgress, type OnProgress} from '../progress.js'
import {formatShare} from '../units.js'

const INTERVAL_MS = 1000

export function progressOf({
  _meta,
  sendNotification,
}: RequestHandlerExtra<ServerRequest, ServerNotification>): OnProgress {
  const progressToken = _meta?.progressToken
  if (progressToken === undefined) return ignoreProgress
  let sentMs = 0
  // It must increase, while `done` starts again with each phase.
  let progress = 0
  return ({done, phase, total}) => {
    if (Date.now() - sentMs < INTERVAL_MS) return
    sentMs = Date.now()
    const share = total === null || total === 0 ? '' : ` ${formatShare(Math.min(1, done / total))}`
    const params = {message: printable(`${phase}${share}`), progress: ++progress, progressToken}
    // A client that has gone needs no progress.
    sendNotification({method: 'notifications/progress', params}).catch(() => {})
  }
}
