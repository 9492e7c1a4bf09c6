// The general case: a collection, or an object with collections, that holds many similar objects.
import type {SuspectContext} from '../context.js'
import type {Finding} from '../finding.js'
import {accumulationFinding} from '../accumulation-finding.js'

export function collection(context: SuspectContext): Finding[] {
  return context.accumulations
    .filter(({container}) => !context.isClaimed(container))
    .map(accumulation => accumulationFinding(context, accumulation))
}
