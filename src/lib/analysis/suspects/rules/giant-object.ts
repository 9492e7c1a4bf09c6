// A single large object: a String of megabytes, an Array of numbers.
import {FLAG} from '../../../heap/columns.js'
import type {Heap} from '../../../heap/heap.js'
import {formatBytes} from '../../../units.js'
import {labelOf} from '../../objects/labels.js'
import {TYPE} from '../../../heap/object-types.js'
import {dominatorsOf} from '../../objects/dominators.js'
import {holders, isThread} from '../../objects/owners.js'
import type {AgeProfile, Growth} from '../ages.js'
import type {Giant, SuspectContext} from '../context.js'
import {ageInWords, type Finding} from '../finding.js'
import {unusedCapacityOfAppended} from '../string-buffer.js'
import {ownerInWords} from '../words.js'

/**
 * A buffer that is kept and appended to, and is most of the live memory, is worth a look without a second dump. A
 * smaller one may be a string that was built at boot.
 */
const BUFFER_HIGH_FROM = 0.5

/** A smaller object that is already reported as a member of an accumulation is not reported again. */
const LEAST_ALONE = 0.1

export function giantObject(context: SuspectContext): Finding[] {
  const {heap, giants} = context
  const isReported = reportedWithOthers(context)
  return giants
    .filter(({bytes, index}) => !context.isClaimed(index) && !(context.share(bytes) < LEAST_ALONE && isReported(index)))
    .map(giant => {
      const {index, bytes, owner, age} = giant
      context.claim([index])
      const unused = unusedCapacityOfAppended(heap, index)
      return {
        advice: adviceFor(heap, index, unused),
        evidence: [
          `one object, ${formatBytes(bytes)}: ${labelOf(heap, index)}`,
          unused === null
            ? null
            : `built by appending: its buffer was doubled repeatedly, with ${formatBytes(unused)} of unused capacity`,
          ageOf(heap, index, age),
        ].filter(line => line !== null),
        growth: growthOf(heap, index, age.growth),
        assessment: {by: 'age', highFrom: unused !== null && isKept(context, giant) ? BUFFER_HIGH_FROM : undefined},
        members: [index],
        owner,
        place: index,
        retainedSize: bytes,
        rule: 'giant-object',
        title: `${ownerInWords(owner)} holds a single ${labelOf(heap, index)}`,
      }
    })
}

/** Whether an object is inside a member of an accumulation. */
function reportedWithOthers({giants, graph, heap, accumulations}: SuspectContext): (index: number) => boolean {
  const isMember = new Uint8Array(giants.length === 0 ? 0 : heap.count + 1)
  if (giants.length > 0) for (const {members} of accumulations) for (const member of members) isMember[member] = 1
  return index => {
    for (const node of dominatorsOf(graph, index)) if (isMember[node] === 1) return true
    return false
  }
}

function adviceFor({columns: {types}}: Heap, index: number, unused: number | null): string {
  if (types[index] !== TYPE.STRING) return 'Cap its size or keep a summary, unless it needs all entries at once.'
  if (unused === null)
    return 'Write it to a file or stream it instead of building it in memory, and release it once it is sent.'
  return 'Write it to a file or stream it instead of building it in memory, and clear or release it once it is sent. A second dump shows whether it grows.'
}

/** Whether it can still be appended to, is not new, and is not being sent to a client: no running thread holds it. */
function isKept({graph, heap}: SuspectContext, {index, age}: Giant): boolean {
  if (isFrozen(heap, index) || age.growth === 'recent') return false
  for (const node of holders(graph, index)) if (isThread(heap, node)) return false
  return true
}

function isFrozen({columns: {flags}}: Heap, index: number): boolean {
  return (flags[index] & FLAG.frozen) !== 0
}

/** The age of a single object, in words. */
const MADE: Readonly<Partial<Record<Growth, string>>> = {
  before: 'allocated before tracing began',
  boot: 'allocated at boot',
  burst: 'allocated after boot',
  settled: 'has survived three GCs',
}

function ageOf(heap: Heap, index: number, age: AgeProfile): string | null {
  const made = MADE[age.growth]
  if (made !== undefined && !isFrozen(heap, index)) return `${made}, but not frozen: its contents may be newer`
  return age.activeGenerations > 0 || age.growth === 'settled' ? ageInWords(age) : null
}

/** An object has one age, but if it is not frozen its contents may have grown since. */
function growthOf(heap: Heap, index: number, growth: Growth): Growth {
  if (growth === 'boot') return isFrozen(heap, index) ? 'boot' : 'settled'
  return growth === 'growing' || growth === 'mixed' ? 'settled' : growth
}
