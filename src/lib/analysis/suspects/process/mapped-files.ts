// A large file that is mapped into memory: a part of the process's size that the kernel can drop. Shared memory looks
// alike, but is in no file, so that the kernel has to keep it.
import {formatBytes} from '../../../units.js'
import {bytesOfParts} from '../../tables/process-parts.js'
import {type Cause, isMuch} from './cause.js'
import type {ProcessFacts} from './process-facts.js'

export function mappedFiles({largestFile, memory}: ProcessFacts): Cause | null {
  const bytes = bytesOfParts(memory, 'files')
  if (!isMuch(bytes, memory)) return null
  if (largestFile?.name === SHARED && isMuch(largestFile.bytes, memory)) return sharedMemory(largestFile.bytes)
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

/** The agent's name for memory in `/dev/shm`, of memfd_create(2), and of anonymous shared mappings. */
const SHARED = '[shared]'

function sharedMemory(bytes: number): Cause {
  return {
    advice:
      'The kernel cannot drop it as it drops pages of files: it counts until the last process unmaps it. Find what ' +
      'maps it (a cache in /dev/shm, a C extension), and limit its size there.',
    assessment: {by: 'age'},
    bytes,
    evidence: ['processes that share it all count it, but it is in memory once'],
    gain: 0,
    growth: 'settled',
    owner: 'shared memory',
    rule: 'shared-memory',
    title: `${formatBytes(bytes)} of the process is shared memory`,
  }
}

/** The agent names programs and libraries alone: of other files, only the ending is known (`[file.idx]`). */
function fileInWords(name: string): string {
  const [, ending] = /^\[file(\.\w+)?\]$/.exec(name) ?? []
  if (name === SHARED) return 'shared memory'
  return name.startsWith('[file') ? `${ending === undefined ? 'files' : `${ending} files`}` : name
}
