// What an untraced dump lacks, and how to record it.
import {completeCommands, type Target} from '../command-line.js'

/** `origin` selects the app or file that was dumped. */
export function notTraced(origin: Target = []): string {
  return completeCommands('Not traced. For allocation sites: heroku heapdump:trigger --trace 5m', origin)
}
