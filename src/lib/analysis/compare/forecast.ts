// When a dyno reaches its memory limit, if its processes go on growing as one of them did between two dumps.
import {formatQuota} from '../../units.js'
import {timeLeft} from '../history/history-in-words.js'
import type {DumpFacts} from '../report/report.js'
import {LEAST_HOURS} from './rate.js'

/** null: not recorded. */
export type DynoLimit = {
  readonly quotaBytes: number | null
  /** Memory of all processes of the dyno. */
  readonly usedBytes: number | null
}

/** Less growth comes and goes. */
const LEAST_BYTES = 10e6
const LEAST_SHARE = 0.05
/** A dyno restarts every day. */
const MOST_SECONDS = 14 * 86_400

/** No sentence or one. `hours`: from the first dump to the last. */
export function forecastInWords(
  dumps: ReadonlyArray<Pick<DumpFacts, 'processBytes'>>,
  hours: number | null,
  limit: DynoLimit | null,
): string[] {
  const [before, now] = [dumps[0]?.processBytes ?? null, dumps.at(-1)?.processBytes ?? null]
  if (hours === null || hours < LEAST_HOURS || limit === null || limit.quotaBytes === null) return []
  if (before === null || now === null || now === 0) return []
  const {quotaBytes, usedBytes} = limit
  const used = Math.max(usedBytes ?? 0, now)
  if (used >= quotaBytes) return [`The dyno is above its ${formatQuota(quotaBytes)} limit.`]
  const grown = now - before
  if (grown < LEAST_BYTES || grown < before * LEAST_SHARE) return []
  const seconds = ((quotaBytes - used) / ((grown / hours) * (used / now))) * 3600
  if (seconds > MOST_SECONDS) return []
  return [`At this rate the dyno reaches its ${formatQuota(quotaBytes)} limit ${timeLeft(seconds, null)}.`]
}
