// Database records in memory: a list or relation that is held, an open transaction, raw results from the adapter.
import type {Heap} from '../../../heap/heap.js'
import {formatBytes, formatCount} from '../../../units.js'
import {className, isKindOf} from '../../objects/class-names.js'
import {holders} from '../../objects/owners.js'
import type {Accumulation, SuspectContext} from '../context.js'
import type {Assessment, Finding} from '../finding.js'
import {accumulationFinding} from '../accumulation-finding.js'
import {counted, ownerInWords} from '../words.js'

const BASE = 'ActiveRecord::Base'
const TRANSACTION = /^ActiveRecord::ConnectionAdapters::(?:Real|Savepoint|RestartParent)?Transaction$/
/** The share of live memory from which records that stay are high. */
export const RECORDS_HIGH_FROM = 0.2
const RESULT = /^ActiveRecord::(?:Result|Relation|Associations::CollectionProxy)/

export function activeRecord(context: SuspectContext): Finding[] {
  return context.accumulations.flatMap(accumulation => {
    if (context.isClaimed(accumulation.container)) return []
    if (isRecord(context.heap, accumulation.members[0])) return [recordsFinding(context, accumulation)]
    return isResult(context, accumulation) ? [resultFinding(context, accumulation)] : []
  })
}

/** Whether the object is a database record. */
export function isRecord(heap: Heap, index: number): boolean {
  return isKindOf(heap, index, BASE)
}

function isResult({graph, heap}: SuspectContext, {container}: Accumulation): boolean {
  let steps = 0
  for (const node of holders(graph, container)) {
    if (RESULT.test(className(heap, node))) return true
    if (++steps > 4) return false
  }

  return false
}

function recordsFinding(context: SuspectContext, accumulation: Accumulation): Finding {
  const [{className: model, count, bytes}] = accumulation.groups
  // Generations show that they were loaded after boot, and not for a request in progress.
  const cameAfterBoot = context.ages.tellsGenerations && accumulation.age.growth !== 'recent'
  const byAge: Assessment = {by: 'age', highFrom: cameAfterBoot ? RECORDS_HIGH_FROM : undefined}
  return accumulationFinding(context, accumulation, {
    ...(isOfTransaction(context, accumulation)
      ? {
          advice:
            'Commit in batches, or write rows without records (insert_all): an open transaction holds every record it has saved, for after_commit callbacks, until it ends.',
          assessment: accumulation.age.growth === 'growing' ? {by: 'defect', weight: 2} : byAge,
          title: `An open transaction holds ${formatCount(count)} ${model} records, ${formatBytes(accumulation.bytes)}`,
        }
      : {
          advice:
            'Keep ids or plain values instead of records, read in batches (find_each), and select only the columns you need (pluck, select).',
          assessment: byAge,
          title: `${ownerInWords(accumulation.owner)} holds ${formatCount(count)} ${model} records, ${formatBytes(accumulation.bytes)}`,
        }),
    evidence: [`each ${model} keeps ${formatBytes(bytes / count)} alive`],
    rule: 'active-record-objects',
  })
}

function isOfTransaction({graph, heap}: SuspectContext, {container}: Accumulation): boolean {
  let steps = 0
  for (const node of holders(graph, container)) {
    if (TRANSACTION.test(className(heap, node))) return true
    if (++steps > 3) return false
  }

  return false
}

function resultFinding(context: SuspectContext, accumulation: Accumulation): Finding {
  return accumulationFinding(context, accumulation, {
    advice: 'Keep only what you need from the query result (ids, sums), or run the query again.',
    rule: 'query-result',
    title: `${ownerInWords(accumulation.owner)} holds a query result: ${counted(accumulation.groups[0].count, accumulation.groups[0].className)}, ${formatBytes(accumulation.bytes)}`,
  })
}
