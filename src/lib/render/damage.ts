// What a reader must know of a dump before he trusts its numbers: that it is cut short, damaged, or more than one dump.
import type {DumpFacts} from '../analysis/report.js'
import {formatCount} from '../units.js'

export type Damage = {readonly text: string; /** All numbers are wrong, or too low. */ readonly isSevere: boolean}

const KINDS: Readonly<Record<DumpFacts['folded'][number], string>> = {lines: 'paths, lines or methods', names: 'class names', roots: 'roots', shapes: 'shapes', types: 'types'}

/** Sentences, the worst first; none for a dump that is as it should be. */
export function damageInWords({truncated, gzipFault, repeatedObjects, malformedLines, recoveredLines, folded}: DumpFacts): readonly Damage[] {
  const lost = malformedLines - recoveredLines
  const all: ReadonlyArray<Damage | false> = [
    truncated && {isSevere: true, text: 'This dump is cut short: every number here is a lower bound.'},
    gzipFault === 'wrong-checksum' && {isSevere: true, text: "The gzip checksum is wrong: the file is damaged, and what was read of it may be wrong."},
    repeatedObjects > 0 && {
      isSevere: true,
      text: `${formatCount(repeatedObjects)} ${repeatedObjects === 1 ? 'object has the address' : 'objects have the addresses'} of other objects, and ${repeatedObjects === 1 ? 'is' : 'are'} counted twice: is this more than one dump in a file?`,
    },
    malformedLines > 0 && {isSevere: false, text: `${formatCount(malformedLines)} malformed ${malformedLines === 1 ? 'line' : 'lines'}: ${lost === 0 ? 'all recovered' : `${formatCount(lost)} lost, their objects are not counted`}.`},
    gzipFault === 'trailing-bytes' && {isSevere: false, text: 'Bytes that are no gzip follow the dump in its file: they were passed over.'},
    folded.length > 0 && {isSevere: false, text: `More ${folded.map(kind => KINDS[kind]).join(' and ')} than can be told apart: the rest is counted as (other).`},
  ]
  return all.filter(one => one !== false)
}
