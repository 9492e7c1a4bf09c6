// Classes and modules without a name, made while the app runs: Class.new, Struct.new, extend with a new module, a singleton class for
// each object.
import {formatBytes, formatCount} from '../../../units.js'
import type {SuspectContext} from '../context.js'
import type {Finding} from '../finding.js'
import {pileFinding} from '../pile-finding.js'
import {ownerInWords} from '../words.js'

export function anonymousClasses(context: SuspectContext): Finding[] {
  return context.piles
    .filter(pile => /^(?:Class|Module)$/.test(pile.groups[0].className) && !context.isClaimed(pile.container))
    .map(pile =>
      pileFinding(context, pile, {
        advice:
          'Make a class once and keep it in a constant: each one has its own method tables and caches, and defining methods at run time slows all others down.',
        evidence: [`each class takes ${formatBytes(pile.groups[0].bytes / pile.groups[0].count)}`],
        rule: 'anonymous-classes',
        title: `${ownerInWords(pile.owner)} keeps ${formatCount(pile.groups[0].count)} anonymous classes, ${formatBytes(pile.bytes)}`,
      }),
    )
}
