// Records of the database in memory: a list or relation that somebody keeps, an open transaction, results as they came from the adapter.
import type {Heap} from '../../../heap/heap.js'
import {formatBytes} from '../../../units.js'
import {className, isKindOf} from '../../objects/class-names.js'
import {holders} from '../../objects/owners.js'
import type {Pile, SuspectContext} from '../context.js'
import type {Assessment, Finding} from '../finding.js'
import {pileFinding} from '../pile-finding.js'
import {counted, ownerInWords} from '../words.js'

const BASE = 'ActiveRecord::Base'
const TRANSACTION = /^ActiveRecord::ConnectionAdapters::(?:Real|Savepoint|RestartParent)?Transaction$/
/** Records that stay: of what is alive. */
export const RECORDS_HIGH_FROM = 0.2
const RESULT = /^ActiveRecord::(?:Result|Relation|Associations::CollectionProxy)/

export function activeRecord(context: SuspectContext): Finding[] {
  return context.piles.flatMap(pile => {
    if (context.isClaimed(pile.container)) return []
    if (isRecord(context.heap, pile.members[0])) return [recordsFinding(context, pile)]
    return isResult(context, pile) ? [resultFinding(context, pile)] : []
  })
}

/** Whether it is a record of the database. */
export function isRecord(heap: Heap, index: number): boolean {
  return isKindOf(heap, index, BASE)
}

function isResult({graph, heap}: SuspectContext, {container}: Pile): boolean {
  let steps = 0
  for (const node of holders(graph, container)) {
    if (RESULT.test(className(heap, node))) return true
    if (++steps > 4) return false
  }

  return false
}

function recordsFinding(context: SuspectContext, pile: Pile): Finding {
  const [{className: model, count, bytes}] = pile.groups
  // Where generations tell that they came after boot, and not for the request under way.
  const cameAfterBoot = context.ages.tellsGenerations && pile.age.growth !== 'recent'
  const byAge: Assessment = {by: 'age', highFrom: cameAfterBoot ? RECORDS_HIGH_FROM : undefined}
  return pileFinding(context, pile, {
    ...(isOfTransaction(context, pile)
      ? {
          advice:
            'An open transaction keeps what it has saved, for its callbacks (after_commit), until it ends: commit in batches, or write rows without records (insert_all).',
          assessment: pile.age.growth === 'growing' ? {by: 'defect', weight: 2} : byAge,
          title: `An open transaction keeps ${counted(count, `${model} record`)}, ${formatBytes(pile.bytes)}`,
        }
      : {
          advice:
            'Keep ids or plain values instead of records, read in batches (find_each), and select only the columns you need (pluck, select).',
          assessment: byAge,
          title: `${ownerInWords(pile.owner)} keeps ${counted(count, `${model} record`)}, ${formatBytes(pile.bytes)}`,
        }),
    evidence: [`each ${model} keeps ${formatBytes(bytes / count)} alive`],
    rule: 'active-record-objects',
  })
}

function isOfTransaction({graph, heap}: SuspectContext, {container}: Pile): boolean {
  let steps = 0
  for (const node of holders(graph, container)) {
    if (TRANSACTION.test(className(heap, node))) return true
    if (++steps > 3) return false
  }

  return false
}

function resultFinding(context: SuspectContext, pile: Pile): Finding {
  return pileFinding(context, pile, {
    advice: 'Somebody keeps the result of a query. Keep what you need of it (ids, sums), or run the query again.',
    rule: 'query-result',
    title: `${ownerInWords(pile.owner)} keeps the result of a query: ${counted(pile.groups[0].count, pile.groups[0].className)}, ${formatBytes(pile.bytes)}`,
  })
}
