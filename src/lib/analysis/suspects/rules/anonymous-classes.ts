// Classes and modules without a name that are created at run time: Class.new, Struct.new, extend with a new module, a
// singleton class for each object.
import {formatBytes, formatCount} from '../../../units.js'
import type {SuspectContext} from '../context.js'
import type {Finding} from '../finding.js'
import {accumulationFinding} from '../accumulation-finding.js'
import {ownerInWords} from '../words.js'

export function anonymousClasses(context: SuspectContext): Finding[] {
  return context.accumulations
    .filter(
      accumulation =>
        /^(?:Class|Module)$/.test(accumulation.groups[0].className) && !context.isClaimed(accumulation.container),
    )
    .map(accumulation =>
      accumulationFinding(context, accumulation, {
        advice:
          'Create the class once and keep it in a constant: each class has its own method tables and caches, and defining methods at run time slows down all others.',
        evidence: [`each class takes ${formatBytes(accumulation.groups[0].bytes / accumulation.groups[0].count)}`],
        rule: 'anonymous-classes',
        title: `${ownerInWords(accumulation.owner)} holds ${formatCount(accumulation.groups[0].count)} anonymous classes, ${formatBytes(accumulation.bytes)}`,
      }),
    )
}
