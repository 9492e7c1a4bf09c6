// Memory of the process that no Ruby object accounts for: native libraries, malloc fragmentation, thread stacks.
import {NONE} from '../../../heap/columns.js'
import {formatBytes} from '../../../units.js'
import {processMemory} from '../../tables/process-memory.js'
import type {SuspectContext} from '../context.js'
import type {Finding} from '../finding.js'

/** What every Ruby process needs besides its objects: the interpreter, libraries, free slots. */
const USUAL_BYTES = 60e6
const LEAST_SHARE_OF_PROCESS = 0.5

export function outsideHeap(context: SuspectContext): Finding[] {
  if (context.subject.processBytes === null) return []
  const {heapBytes, outsideBytes: outside, processBytes} = processMemory(context.subject)
  if (processBytes === null || outside === null) return []
  if (outside < USUAL_BYTES * 2 || outside < processBytes * LEAST_SHARE_OF_PROCESS) return []
  return [
    {
      advice:
        'Use jemalloc, or heroku config:set MALLOC_ARENA_MAX=2, against fragmentation. Check gems with C extensions (image ' +
        'processing, XML, database drivers) for native memory: a heap dump cannot show it.',
      assessment: {by: 'age'},
      evidence: [
        `the process used ${formatBytes(processBytes)}, all Ruby objects together ${formatBytes(heapBytes)}`,
        'the rest: native libraries, fragmentation, thread stacks, free heap slots',
      ],
      growth: 'settled',
      members: [],
      owner: {index: NONE, kind: 'instance', name: 'native memory'},
      place: NONE,
      retainedSize: Math.round(outside),
      rule: 'outside-heap',
      whole: processBytes,
      title: `${formatBytes(outside)} of the process is not in Ruby objects`,
    },
  ]
}
