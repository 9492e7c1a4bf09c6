// A large file that is mapped into memory: a part of the process's size that the kernel can drop.
import {formatBytes} from '../../../units.js'
import {bytesOfParts} from '../../tables/process-parts.js'
import {type Cause, isMuch} from './cause.js'
import type {ProcessFacts} from './process-facts.js'

export function mappedFiles({largestFile, memory}: ProcessFacts): Cause | null {
  const bytes = bytesOfParts(memory, 'files')
  if (!isMuch(bytes, memory)) return null
  return {
    advice: 'No action needed. The kernel drops these pages when memory is short, and reads them again when needed.',
    assessment: {by: 'normal'},
    bytes,
    evidence:
      largestFile === null
        ? []
        : [`most of them of ${fileInWords(largestFile.name)}: ${formatBytes(largestFile.bytes)}`],
    gain: 0,
    growth: 'settled',
    owner: 'mapped files',
    rule: 'mapped-files',
    title: `${formatBytes(bytes)} of the process are pages of mapped files`,
  }
}

/** The agent names programs and libraries alone: of other files, only the ending is known (`[file.idx]`). */
function fileInWords(name: string): string {
  const [, ending] = /^\[file(\.\w+)?\]$/.exec(name) ?? []
  if (name === '[shared]') return 'shared memory'
  return name.startsWith('[file') ? `${ending === undefined ? 'files' : `${ending} files`}` : name
}
