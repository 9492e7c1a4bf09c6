// What readers must know before they trust the numbers: that a dump is truncated, damaged, or more than one dump.
import {LOWER_BOUNDS, WRONG_CHECKSUM} from '../analysis/report/incomplete.js'
import type {DumpFacts} from '../analysis/report/report.js'
import {formatCount} from '../units.js'

export type Damage = {
  readonly text: string
  /** True if all numbers are wrong or too low. */ readonly isSevere: boolean
}

const KINDS: Readonly<Record<DumpFacts['folded'][number], string>> = {
  lines: 'allocation sites',
  names: 'class names',
  roots: 'roots',
  shapes: 'shapes',
  types: 'types',
}

/** Sentences, worst first; none for an intact dump. */
export function damageInWords(dump: DumpFacts): readonly Damage[] {
  const severe = [
    dump.truncated ? LOWER_BOUNDS : null,
    dump.gzipFault === 'wrong-checksum' ? WRONG_CHECKSUM : null,
    dump.repeatedObjects > 0 ? repeatedInWords(dump.repeatedObjects) : null,
  ]
  const slight = [
    dump.malformedLines > 0 ? malformedInWords(dump) : null,
    dump.gzipFault === 'trailing-bytes'
      ? 'The file has bytes after the end of the gzip stream; they were ignored.'
      : null,
    dump.folded.length > 0 ? foldedInWords(dump.folded) : null,
  ]
  return [
    ...severe.flatMap(text => (text === null ? [] : [{isSevere: true, text}])),
    ...slight.flatMap(text => (text === null ? [] : [{isSevere: false, text}])),
  ]
}

function repeatedInWords(objects: number): string {
  const share = objects === 1 ? 'object repeats an address and is' : 'objects repeat an address and are'
  return `${formatCount(objects)} ${share} counted twice: does the file hold more than one dump?`
}

function malformedInWords({malformedLines, recoveredLines}: DumpFacts): string {
  const lost = malformedLines - recoveredLines
  const rest = lost === 0 ? 'all recovered' : `${formatCount(lost)} lost, with their objects`
  return `${formatCount(malformedLines)} malformed ${malformedLines === 1 ? 'line' : 'lines'}: ${rest}.`
}

function foldedInWords(folded: DumpFacts['folded']): string {
  const kinds = folded.map(kind => KINDS[kind])
  const list = [kinds.slice(0, -1).join(', '), ...kinds.slice(-1)].filter(Boolean).join(' and ')
  return `Too many ${list}, or too long ones: the rest is counted as (other).`
}
