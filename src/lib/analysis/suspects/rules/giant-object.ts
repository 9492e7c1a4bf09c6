// One object that is large all by itself: a String of megabytes, an Array of numbers.
import {FLAG, type Heap} from '../../../heap/heap.js'
import {formatBytes} from '../../../units.js'
import {labelOf} from '../../labels.js'
import {TYPE} from '../../../heap/object-types.js'
import type {Growth} from '../ages.js'
import type {SuspectContext} from '../context.js'
import {ageInWords, type Finding} from '../finding.js'
import {ownerInWords} from '../words.js'

export function giantObject(context: SuspectContext): Finding[] {
  const {heap, giants} = context
  return giants
    .filter(({index}) => !context.isClaimed(index))
    .map(({index, bytes, owner, age}) => {
      context.claim(index)
      const isString = heap.columns.types[index] === TYPE.STRING
      return {
        advice: isString
          ? 'Write it to a file or stream it instead of building it in memory, and let go of it when it is sent.'
          : 'Does it need all of its entries, and at once? Bound it, or keep a summary.',
        evidence: [`one object, ${formatBytes(bytes)}: ${labelOf(heap, index)}`, age.activeGenerations > 0 || age.growth === 'settled' ? ageInWords(age) : null].filter(
          line => line !== null,
        ),
        growth: growthOf(heap, index, age.growth),
        members: [index],
        owner,
        place: index,
        retainedSize: bytes,
        rule: 'giant-object',
        title: `${ownerInWords(owner)} holds a single ${labelOf(heap, index)}`,
      }
    })
}

/** An object has one age, but what is not frozen may have been added to ever since. */
function growthOf(heap: Heap, index: number, growth: Growth): Growth {
  if (growth === 'boot') return (heap.columns.flags[index] & FLAG.frozen) === 0 ? 'settled' : 'boot'
  return growth === 'growing' ? 'settled' : growth
}
