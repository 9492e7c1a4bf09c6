// Names a dyno whose name another, newer dyno has too.
import type {Sender} from '../agent/instances.js'
import {formatDuration} from '../units.js'

/** `an older web.1 (release v41, started 23 h ago, host 2f5c)`. */
export function describeOlder({boot, dyno, host, release}: Sender, nowMs: number): string {
  const facts = [
    release ? `release ${release}` : null,
    boot === undefined ? null : `started ${formatDuration(roughly(Math.max(0, nowMs / 1000 - boot)))} ago`,
    host ? `host ${host}` : null,
  ].filter(fact => fact !== null)
  return `an older ${dyno}${facts.length === 0 ? '' : ` (${facts.join(', ')})`}`
}

function roughly(seconds: number): number {
  return seconds < 120 ? seconds : Math.round(seconds / 60) * 60
}
