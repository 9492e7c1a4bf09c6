// One object that is large all by itself: a String of megabytes, an Array of numbers.
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
import {roomOfAppended} from '../string-buffer.js'
import {ownerInWords} from '../words.js'

/**
 * A buffer that somebody keeps and adds to, and that is most of what is alive, needs no second dump to be looked at. What holds less may
 * be a text that was put together at boot.
 */
const BUFFER_HIGH_FROM = 0.5

/** What is smaller, and one of many that are told together, is not told once more. */
const LEAST_ALONE = 0.1

export function giantObject(context: SuspectContext): Finding[] {
  const {heap, giants} = context
  const isTold = toldWithOthers(context)
  return giants
    .filter(({bytes, index}) => !context.isClaimed(index) && !(context.share(bytes) < LEAST_ALONE && isTold(index)))
    .map(giant => {
      const {index, bytes, owner, age} = giant
      context.claim([index])
      const room = roomOfAppended(heap, index)
      return {
        advice: adviceFor(heap, index, room),
        evidence: [
          `one object, ${formatBytes(bytes)}: ${labelOf(heap, index)}`,
          room === null
            ? null
            : `put together piece by piece: its buffer was doubled over and over, and has room for ${formatBytes(room)} more`,
          ageOf(heap, index, age),
        ].filter(line => line !== null),
        growth: growthOf(heap, index, age.growth),
        assessment: {by: 'age', highFrom: room !== null && isKept(context, giant) ? BUFFER_HIGH_FROM : undefined},
        members: [index],
        owner,
        place: index,
        retainedSize: bytes,
        rule: 'giant-object',
        title: `${ownerInWords(owner)} holds a single ${labelOf(heap, index)}`,
      }
    })
}

/** Whether something is inside of a pile's members. */
function toldWithOthers({giants, graph, heap, piles}: SuspectContext): (index: number) => boolean {
  const isMember = new Uint8Array(giants.length === 0 ? 0 : heap.count + 1)
  if (giants.length > 0) for (const {members} of piles) for (const member of members) isMember[member] = 1
  return index => {
    for (const node of dominatorsOf(graph, index)) if (isMember[node] === 1) return true
    return false
  }
}

function adviceFor({columns: {types}}: Heap, index: number, room: number | null): string {
  if (types[index] !== TYPE.STRING) return 'Does it need all of its entries, and at once? Bound it, or keep a summary.'
  if (room === null)
    return 'Write it to a file or stream it instead of building it in memory, and let go of it when it is sent.'
  return 'Write it to a file or stream it instead of building it in memory, and empty it or let go of it when it is sent. A second dump tells whether it grows.'
}

/** It can still be added to, is not new, and is not on its way to a client: nothing of a thread that is at work holds it. */
function isKept({graph, heap}: SuspectContext, {index, age}: Giant): boolean {
  if (isFrozen(heap, index) || age.growth === 'recent') return false
  for (const node of holders(graph, index)) if (isThread(heap, node)) return false
  return true
}

function isFrozen({columns: {flags}}: Heap, index: number): boolean {
  return (flags[index] & FLAG.frozen) !== 0
}

/** What is said of the age of one object, by its own age. */
const MADE: Readonly<Partial<Record<Growth, string>>> = {
  before: 'made before the tracing began',
  boot: 'made at boot',
  burst: 'made after boot',
  settled: 'has survived three GCs',
}

function ageOf(heap: Heap, index: number, age: AgeProfile): string | null {
  const made = MADE[age.growth]
  if (made !== undefined && !isFrozen(heap, index)) return `${made}, and not frozen: what is in it may be newer`
  return age.activeGenerations > 0 || age.growth === 'settled' ? ageInWords(age) : null
}

/** An object has one age, but what is not frozen may have been added to ever since. */
function growthOf(heap: Heap, index: number, growth: Growth): Growth {
  if (growth === 'boot') return isFrozen(heap, index) ? 'boot' : 'settled'
  return growth === 'growing' || growth === 'mixed' ? 'settled' : growth
}
