// The words for an incomplete dump, for all screens. Clauses begin in lower case.
import type {DumpFacts} from './report.js'

export const CUT_SHORT = 'This dump is cut short'
export const LOWER_BOUNDS = `${CUT_SHORT}: every number is a lower bound.`
export const NO_LEAK_IN_PART =
  'no leak in the part of the heap that is in this dump, but it is cut short: take another one.'
export const WRONG_CHECKSUM =
  'The gzip checksum of this dump is wrong: the file is damaged, and the numbers may be wrong.'

/** A warning for a dump with numbers that are too low or may be wrong; null for any other. */
export function warningOf({truncated, gzipFault}: Pick<DumpFacts, 'gzipFault' | 'truncated'>): string | null {
  if (truncated) return `${LOWER_BOUNDS} Was its upload interrupted, or the disk full?`
  return gzipFault === 'wrong-checksum' ? WRONG_CHECKSUM : null
}

/** The same for compared dumps, oldest first. */
export function warningsOfCompared(
  dumps: ReadonlyArray<{readonly name: string; readonly truncated: boolean}>,
): string[] {
  return dumps.flatMap(({name, truncated}, at) =>
    truncated
      ? [`${name} is cut short: the objects it lacks ${at === 0 ? 'look new in the others' : 'are missing here'}.`]
      : [],
  )
}
