// Records that associations have loaded (includes, preload) or collected (build, <<), summed up over all records with
// such an association: a dozen with hundreds each are the same problem as one with thousands.
import {NONE} from '../../../heap/columns.js'
import type {Heap} from '../../../heap/heap.js'
import {TYPE} from '../../../heap/object-types.js'
import {formatBytes, formatCount} from '../../../units.js'
import {className} from '../../objects/class-names.js'
import {labelOf} from '../../objects/labels.js'
import type {SuspectContext} from '../context.js'
import {ageInWords, type Finding} from '../finding.js'
import {type Owner, ownerOf} from '../../objects/owner.js'
import {counted, ownerInWords} from '../words.js'
import {isRecord, RECORDS_HIGH_FROM} from './active-record.js'

const COLLECTION =
  /^ActiveRecord::Associations::(Has(?:Many|ManyThrough|AndBelongsToMany)|CollectionAssociation)(?:Association)?$/
const LEAST_RECORDS = 16

type Loaded = {
  readonly kind: string
  readonly model: string
  readonly holder: string
  readonly above: number
  readonly holders: number[]
  readonly targets: number[]
  readonly records: number[]
}

export function associations(context: SuspectContext): Finding[] {
  const byOwner = new Map<string, {readonly loaded: Loaded; readonly owner: Owner}>()
  for (const loaded of loadedAssociations(context)) {
    // Small ones are not worth a walk to the roots.
    if (context.retainedBy(loaded.targets) < context.leastBytes / 8) continue
    const owner = ownerOf(context.graph, loaded.above === context.graph.root ? loaded.holders[0] : loaded.above)
    const key = [loaded.kind, loaded.model, loaded.holder, owner.name].join('\n')
    const known = byOwner.get(key)
    if (known === undefined) byOwner.set(key, {loaded, owner})
    else
      for (const list of ['holders', 'targets', 'records'] as const)
        for (const one of loaded[list]) known.loaded[list].push(one)
  }

  return [...byOwner.values()].flatMap(({loaded, owner}) => {
    const bytes = context.retainedBy(loaded.targets)
    return bytes < context.leastBytes || loaded.records.length < LEAST_RECORDS
      ? []
      : [findingOf(context, loaded, owner, bytes)]
  })
}

function findingOf(
  context: SuspectContext,
  {holder, holders, kind, model, records, targets}: Loaded,
  owner: Owner,
  bytes: number,
): Finding {
  const {heap} = context
  context.claim(targets)
  const age = context.ageOf(records, {tops: targets})
  const grows = age.growth === 'growing'
  const isHeld = (owner.kind === 'module' || owner.kind === 'instance') && owner.name !== holder
  const [largest] = targets.toSorted((a, b) => context.retainedBy([b]) - context.retainedBy([a]))
  const many = holders.length > 1
  const held = isHeld ? `, held by ${owner.name},` : ''
  const count = formatCount(records.length)
  return {
    advice: grows
      ? `Don't hold the ${holder}, or create the ${model} on its own with the ${holder}'s id: records built on or added to an ` +
        `association (build, create, <<) stay in it as long as the ${holder} is held.`
      : `Drop includes/preload and load only what you need (counter cache, limit, pluck, a scope; find_each for all of it): ` +
        `loaded records stay as long as the ${holder} is held.`,
    assessment: {
      by: 'age',
      highFrom: context.ages.tellsGenerations && age.growth !== 'recent' ? RECORDS_HIGH_FROM : undefined,
    },
    evidence: [
      `${grows ? 'collected in' : 'loaded through'} an association (${kind}) of ${counted(holders.length, holder)}${isHeld ? `, held by ${owner.name}` : ''}`,
      `${many ? 'the largest: ' : ''}${labelOf(heap, largest)}; each ${model} keeps ${formatBytes(bytes / records.length)} alive`,
      ageInWords(age),
    ].filter(line => line !== null),
    growth: age.growth,
    members: records,
    owner: isHeld
      ? owner
      : {index: holders[0], kind: 'instance', name: ownerInWords(owner).startsWith('Thread') ? owner.name : holder},
    place: largest,
    retainedSize: bytes,
    rule: 'active-record-objects',
    title: many
      ? `${counted(holders.length, holder)}${held} ${grows ? `keep collecting ${model} records: ${count}` : `hold ${count} loaded ${model} records`}, ${formatBytes(bytes)}`
      : `One ${holder}${held} ${grows ? `keeps collecting ${model} records: ${count}` : `holds ${count} loaded ${model} records`}, ${formatBytes(bytes)}`,
  }
}

/** Grouped by association and by the holder of the records that have it: their list. */
function loadedAssociations({graph, heap, subject: {classes}}: SuspectContext): Iterable<Loaded> {
  const kinds = classes.names.map(name => COLLECTION.exec(name)?.[1] ?? null)
  const found = new Map<string, Loaded>()
  // A dump may have thousands of associations that share a list.
  const recordsOf = new Map<number, readonly number[]>()
  if (kinds.every(kind => kind === null)) return []
  for (let index = 0; index < heap.columns.types.length; index++) {
    const kind = kinds[classes.groupOf[index]]
    if (kind === null || heap.columns.types[index] !== TYPE.OBJECT || !graph.isReachable(index)) continue
    const {record, target} = partsOf(heap, index)
    if (record === NONE || target === NONE) continue
    const before = recordsOf.get(target)
    const records = before ?? targetsOf(heap, target).filter(one => heap.columns.types[one] === TYPE.OBJECT)
    recordsOf.set(target, records)
    if (records.length === 0 || !isRecord(heap, records[0])) continue
    const above = graph.dominator(record)
    const key = `${classes.groupOf[index]} ${classes.groupOf[record]} ${classes.groupOf[records[0]]} ${above}`
    let known = found.get(key)
    if (known === undefined) {
      const [words, model, holder] = [
        kind.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_').toLowerCase(),
        className(heap, records[0]),
        className(heap, record),
      ]
      found.set(key, (known = {above, holder, holders: [], kind: words, model, records: [], targets: []}))
    }

    known.holders.push(record)
    if (before !== undefined) continue
    known.targets.push(target)
    for (const one of records) known.records.push(one)
  }

  return found.values()
}

/** The references of an association: the record it belongs to, and the Array of records it has loaded. */
function partsOf(heap: Heap, association: number): {readonly record: number; readonly target: number} {
  const {sizes, types} = heap.columns
  let record = NONE
  let target = NONE
  for (const one of targetsOf(heap, association)) {
    if (target === NONE && types[one] === TYPE.ARRAY && sizes[one] > 0) target = one
    if (record === NONE && types[one] === TYPE.OBJECT && isRecord(heap, one)) record = one
  }

  return {record, target}
}

function targetsOf({columns: {edges, firstEdge}}: Heap, index: number): readonly number[] {
  return [...edges.subarray(firstEdge[index], firstEdge[index + 1])].filter(target => target !== NONE)
}
