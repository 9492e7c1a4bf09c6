// What a reader must know of a dump before he trusts its numbers: that it is cut short, damaged, or more than one dump.
import {LOWER_BOUNDS, WRONG_CHECKSUM} from '../analysis/report/incomplete.js'
import type {DumpFacts} from '../analysis/report/report.js'
import {formatCount} from '../units.js'

export type Damage = {readonly text: string; /** All numbers are wrong, or too low. */ readonly isSevere: boolean}

const KINDS: Readonly<Record<DumpFacts['folded'][number], string>> = {
  lines: 'paths, lines or methods',
  names: 'class names',
  roots: 'roots',
  shapes: 'shapes',
  types: 'types',
}

/** Sentences, the worst first; none for a dump that is as it should be. */
export function damageInWords(dump: DumpFacts): readonly Damage[] {
  const severe = [
    dump.truncated ? LOWER_BOUNDS : null,
    dump.gzipFault === 'wrong-checksum' ? WRONG_CHECKSUM : null,
    dump.repeatedObjects > 0 ? repeatedInWords(dump.repeatedObjects) : null,
  ]
  const slight = [
    dump.malformedLines > 0 ? malformedInWords(dump) : null,
    dump.gzipFault === 'trailing-bytes'
      ? 'Bytes that are no gzip follow the dump in its file: they were passed over.'
      : null,
    dump.folded.length > 0 ? foldedInWords(dump.folded) : null,
  ]
  return [
    ...severe.flatMap(text => (text === null ? [] : [{isSevere: true, text}])),
    ...slight.flatMap(text => (text === null ? [] : [{isSevere: false, text}])),
  ]
}

function repeatedInWords(objects: number): string {
  const [what, are] = objects === 1 ? ['object has the address', 'is'] : ['objects have the addresses', 'are']
  return `${formatCount(objects)} ${what} of other objects, and ${are} counted twice: is this more than one dump in a file?`
}

function malformedInWords({malformedLines, recoveredLines}: DumpFacts): string {
  const lost = malformedLines - recoveredLines
  const rest = lost === 0 ? 'all recovered' : `${formatCount(lost)} lost, their objects are not counted`
  return `${formatCount(malformedLines)} malformed ${malformedLines === 1 ? 'line' : 'lines'}: ${rest}.`
}

function foldedInWords(folded: DumpFacts['folded']): string {
  const kinds = folded.map(kind => KINDS[kind])
  const list = [kinds.slice(0, -1).join(', '), ...kinds.slice(-1)].filter(Boolean).join(' and ')
  return `Too many ${list} to be told apart, or too long ones: the rest is counted as (other).`
}
