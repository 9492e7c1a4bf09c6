// What is said of a dump that is not all there, wherever it is said. Clauses begin in lower case.
import type {DumpFacts} from './report.js'

export const CUT_SHORT = 'This dump is cut short'
export const LOWER_BOUNDS = `${CUT_SHORT}: every number is a lower bound.`
export const NO_LEAK_IN_PART = 'no leak in what there is of this dump, but it is cut short: take another one.'
export const WRONG_CHECKSUM =
  'The gzip checksum of this dump is wrong: the file is damaged, and what was read of it may be wrong.'

/** A warning for a dump of which numbers are too low, or may be wrong; null for any other. */
export function warningOf({truncated, gzipFault}: Pick<DumpFacts, 'gzipFault' | 'truncated'>): string | null {
  if (truncated) return `${LOWER_BOUNDS} Was its upload interrupted, or the disk full?`
  return gzipFault === 'wrong-checksum' ? WRONG_CHECKSUM : null
}

/** The same for dumps that are compared, oldest first. */
export function warningsOfCompared(
  dumps: ReadonlyArray<{readonly name: string; readonly truncated: boolean}>,
): string[] {
  return dumps.flatMap(({name, truncated}, at) =>
    truncated
      ? [`${name} is cut short: what it lacks ${at === 0 ? 'looks new in the others' : 'is missing here'}.`]
      : [],
  )
}
