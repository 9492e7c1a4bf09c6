// Memory of the process that is not in its objects: what keeps it, by the agent's memory record. One cause at a time: the
// one whose remedy gives back most. Without a record, only how much it is.
import {NONE} from '../../../heap/columns.js'
import {formatBytes} from '../../../units.js'
import {processMemory} from '../../tables/process-memory.js'
import type {SuspectContext} from '../context.js'
import type {Finding} from '../finding.js'
import {allocatorFree} from '../process/allocator-free.js'
import type {Cause} from '../process/cause.js'
import {garbage} from '../process/garbage.js'
import {fragmentedHeap} from '../process/fragmented-heap.js'
import {jitCode} from '../process/jit-code.js'
import {mappedFiles} from '../process/mapped-files.js'
import {nativeMemory} from '../process/native-memory.js'
import {processFacts, type ProcessFacts} from '../process/process-facts.js'
import {threadStacks} from '../process/thread-stacks.js'
import {workerCopies} from '../process/worker-copies.js'

const CAUSES = [allocatorFree, garbage, fragmentedHeap, nativeMemory, jitCode, threadStacks, workerCopies, mappedFiles]

export function processMemoryRule(context: SuspectContext): Finding[] {
  const growing = context.accumulations.filter(({age}) => age.growth === 'growing')
  const facts = processFacts(
    context.subject,
    growing.reduce((sum, {bytes}) => sum + bytes, 0),
  )
  if (facts === null) return unrecorded(context)
  const [first, second] = causesOf(facts)
  if (first === undefined) return []
  const next = second === undefined || second.gain === 0 ? [] : [`after that: ${second.title}`]
  return [asFinding({...first, evidence: [...first.evidence, ...next]}, facts.memory.rssBytes)]
}

/** What grows comes first, then what gives back most. */
export function causesOf(facts: ProcessFacts): readonly Cause[] {
  return CAUSES.map(cause => cause(facts))
    .filter(cause => cause !== null)
    .toSorted((a, b) => Number(b.growth === 'growing') - Number(a.growth === 'growing') || b.gain - a.gain)
}

function asFinding({bytes, gain: _gain, owner, ...cause}: Cause, rssBytes: number): Finding {
  return {
    ...cause,
    members: [],
    owner: {index: NONE, kind: 'instance', name: owner},
    place: NONE,
    retainedSize: Math.round(bytes),
    whole: rssBytes,
  }
}

/** What every Ruby process needs besides its objects: the interpreter, libraries, free slots. */
const USUAL_BYTES = 60e6
const LEAST_SHARE_OF_PROCESS = 0.5

function unrecorded({subject}: SuspectContext): Finding[] {
  if (subject.processBytes === null) return []
  const {heapBytes, outsideBytes: outside, processBytes} = processMemory(subject)
  if (processBytes === null || outside === null) return []
  if (outside < USUAL_BYTES * 2 || outside < processBytes * LEAST_SHARE_OF_PROCESS) return []
  return [
    {
      advice:
        subject.record === null
          ? 'What the rest is was not recorded with this dump. An up-to-date agent records it: deploy once, dump again, and see heapdump:analyze --section memory.'
          : 'What the rest is cannot be told: the memory record beside this dump belongs to another process, or a newer agent wrote it. Dump again, or update the plugin.',
      assessment: {by: 'age'},
      evidence: [
        `the process used ${formatBytes(processBytes)}, all Ruby objects together ${formatBytes(heapBytes)}`,
        'the rest: free memory in malloc, native code, stacks, free heap slots',
      ],
      growth: 'settled',
      members: [],
      owner: {index: NONE, kind: 'instance', name: 'native memory'},
      place: NONE,
      retainedSize: Math.round(outside),
      rule: 'outside-heap',
      title: `${formatBytes(outside)} of the process is not in Ruby objects`,
      whole: processBytes,
    },
  ]
}
