// The plain case: a collection, or an object with collections, that holds many like objects.
import type {SuspectContext} from '../context.js'
import type {Finding} from '../finding.js'
import {pileFinding} from '../pile-finding.js'

export function collection(context: SuspectContext): Finding[] {
  return context.piles.filter(({container}) => !context.isClaimed(container)).map(pile => pileFinding(context, pile))
}
