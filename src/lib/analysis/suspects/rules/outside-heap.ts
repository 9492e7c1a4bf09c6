// Memory of the process that no Ruby object accounts for: native libraries, malloc's fragmentation, thread stacks.
import {NONE} from '../../../heap/columns.js'
import {formatBytes} from '../../../units.js'
import {processMemory} from '../../tables/process-memory.js'
import type {SuspectContext} from '../context.js'
import type {Finding} from '../finding.js'

/** What a Ruby process has beside its objects anyway: the interpreter, libraries, free slots. */
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
        'If this is what grows, a heap dump can not show it. Fragmentation: use jemalloc, or heroku config:set MALLOC_ARENA_MAX=2. ' +
        'Native memory: look at gems with C extensions (image processing, XML, database drivers).',
      assessment: {by: 'age'},
      evidence: [
        `the process had ${formatBytes(processBytes)}; all Ruby objects together are ${formatBytes(heapBytes)}`,
        'what is left: native libraries, fragmentation, thread stacks, free slots of the heap',
      ],
      growth: 'settled',
      members: [],
      owner: {index: NONE, kind: 'instance', name: 'native memory'},
      place: NONE,
      retainedSize: Math.round(outside),
      rule: 'outside-heap',
      whole: processBytes,
      title: `${formatBytes(outside)} of the process are not Ruby objects`,
    },
  ]
}
