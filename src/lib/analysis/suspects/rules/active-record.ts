// Records of the database in memory: an association that drags thousands along (includes), a relation that somebody keeps, results
// as they came from the adapter.
import {NONE} from '../../../heap/heap.js'
import {formatBytes, formatCount} from '../../../units.js'
import {className} from '../../class-names.js'
import {holders} from '../../owners.js'
import type {Pile, SuspectContext} from '../context.js'
import type {Finding} from '../finding.js'
import {ownerOf} from '../owner.js'
import {pileFinding} from '../pile-finding.js'
import {counted, ownerInWords} from '../words.js'

const BASE = 'ActiveRecord::Base'
const ASSOCIATION = /^ActiveRecord::Associations::(\w+)Association$/
/** Records that stay: of what is alive. */
const HIGH_FROM = 0.2
const RESULT = /^ActiveRecord::(?:Result|Relation|Associations::CollectionProxy)/

export function activeRecord(context: SuspectContext): Finding[] {
  return context.piles.flatMap(pile => {
    if (context.isClaimed(pile.container)) return []
    if (isRecord(context, pile)) return [recordsFinding(context, pile)]
    return isResult(context, pile) ? [resultFinding(context, pile)] : []
  })
}

/** The members' superclasses lead to ActiveRecord::Base. */
function isRecord({heap}: SuspectContext, {members}: Pile): boolean {
  const {superclasses} = heap.tables
  let owner = heap.columns.classes[members[0]]
  for (let steps = 0; owner !== NONE && owner !== undefined && steps < 50; steps++) {
    if (heap.detail(owner) === BASE) return true
    owner = superclasses.get(owner) ?? NONE
  }

  return false
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
  const association = associationOf(context, pile)
  const each = formatBytes(bytes / count)
  const grows = pile.age.growth === 'growing'
  return pileFinding(context, pile, {
    advice:
      association !== null && grows
        ? `What is built or added on an association (build, create, <<) stays in it as long as the ${association.holder} is held: don't keep that record, or make ` +
          `the ${model} by itself, with the id of the ${association.holder}.`
      : association === null
        ? 'Keep ids or plain values instead of records, read in batches (find_each), and select only the columns you need (pluck, select).'
        : `Don't load the association where a part of it is enough: drop includes/preload, or use a counter cache, limit, pluck or a scope; find_each for all of them. ` +
          `What is loaded stays as long as the ${association.holder} is held.`,
    evidence: [
      ...(association === null ? [] : [`${grows ? 'gathered in' : 'loaded through'} an association (${association.kind}) of ${association.holder}${association.heldBy === null ? '' : `, which ${association.heldBy} holds`}`]),
      `each ${model} keeps ${each} alive`,
    ],
    // Where generations tell that they came after boot, and not for the request under way.
    highFrom: context.ages.tellsGenerations && pile.age.growth !== 'recent' ? HIGH_FROM : undefined,
    rule: 'active-record-objects',
    title:
      association === null
        ? `${ownerInWords(pile.owner)} keeps ${counted(count, `${model} record`)}, ${formatBytes(pile.bytes)}`
        : `One ${association.holder}${association.heldBy === null ? '' : `, held by ${association.heldBy},`} ${grows ? `gathers ${formatCount(count)} ${model} records and more` : `drags ${formatCount(count)} ${model} records along`}, ${formatBytes(pile.bytes)}`,
  })
}

/** Whoever of the app's holds a record; null where nobody but a framework or a thread does. */
function heldBy({graph}: SuspectContext, record: number, name: string): string | null {
  const above = graph.dominator(record)
  const owner = ownerOf(graph, above === graph.root ? record : above)
  return (owner.kind === 'module' || owner.kind === 'instance') && owner.name !== name ? owner.name : null
}

/** The association that has loaded the records, and the record that it belongs to. */
function associationOf(context: SuspectContext, {container}: Pile): {kind: string; holder: string; heldBy: string | null} | null {
  const {graph, heap} = context
  let kind: string | null = null
  let steps = 0
  for (const node of holders(graph, container)) {
    const name = className(heap, node)
    const match = ASSOCIATION.exec(name)
    if (match !== null) kind = match[1].replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_').toLowerCase()
    else if (kind !== null && !/^(?:Array|Hash)$|^ActiveRecord::|^\(/.test(name)) return {heldBy: heldBy(context, node, name), holder: name, kind}
    if (++steps > 8) return null
  }

  return null
}

function resultFinding(context: SuspectContext, pile: Pile): Finding {
  return pileFinding(context, pile, {
    advice: 'Somebody keeps the result of a query. Keep what you need of it (ids, sums), or run the query again.',
    rule: 'query-result',
    title: `${ownerInWords(pile.owner)} keeps the result of a query: ${counted(pile.groups[0].count, pile.groups[0].className)}, ${formatBytes(pile.bytes)}`,
  })
}
