// docs/heap-graph.md a second time, from its text: strengths, owning references, dominators (Cooper, Harvey and Kennedy's iteration),
// retained sizes. Slow, in Maps, by address; nothing of src is used here.
import {classNameOf} from './tables.js'

export const ROOT = 'ROOT'

const isModule = object => object?.type === 'CLASS' || object?.type === 'MODULE'
const isNamed = object => isModule(object) && object.name !== undefined && !object.singleton
const hasClass = object => object.class !== undefined
const isThread = object => object?.type === 'DATA' && object.struct === 'VM/thread'

/** Thread's address → the ARRAY in which the agent has listed its stack; and what counts as referring to nothing. */
function stackRecords({objects, byAddress}) {
  const lists = new Map()
  const silent = new Set()
  for (const object of objects) {
    if (
      object.type !== 'OBJECT' ||
      !isNamed(byAddress.get(object.class)) ||
      byAddress.get(object.class).name !== 'Heapdump::ThreadStack'
    )
      continue
    const fields = (object.references ?? []).map(address => byAddress.get(address))
    const thread = fields.find(isThread)
    const list = fields.find(field => field?.type === 'ARRAY')
    if (thread === undefined || list === undefined) continue
    lists.set(thread.address, list)
    silent.add(object.address).add(list.address)
  }

  return {lists, silent}
}

/**
 * What Ruby 3.4 and later hold without a ROOT record: what the VM's own lists refer to, and lists of finalizers, which are
 * hidden Arrays that nothing refers to.
 */
function unlistedRoots({objects, byAddress, roots}) {
  const lists = objects.filter(object => object.type === 'DATA' && object.struct === 'VM/pin_array_list')
  if (lists.length === 0) return []
  const referredTo = new Set([...roots, ...objects].flatMap(record => record.references ?? []))
  const isBlock = object => object?.type === 'DATA' && (object.struct === 'proc' || object.struct === 'method')
  const isCallable = object => ['CLASS', 'DATA', 'MODULE', 'OBJECT', 'STRUCT'].includes(object?.type)
  const isYoung = flags => flags?.wb_protected === true && flags.old !== true
  const finalizers = objects.filter(
    ({address, class: owner, flags, length, references: targets = [], type}) =>
      type === 'ARRAY' &&
      owner === undefined &&
      !referredTo.has(address) &&
      targets.length > 0 &&
      length - targets.length <= 1 &&
      targets.every(target => (isYoung(flags) ? isBlock : isCallable)(byAddress.get(target))),
  )
  return [...lists.flatMap(list => list.references ?? []), ...finalizers.map(list => list.address)]
}

function strengthOf(source, target, isSuperclass) {
  if (source.type === 'IMEMO' && ['callcache', 'constcache', 'callinfo'].includes(source.imemo_type)) return 3
  if (source.type === 'DATA' && source.struct === 'ObjectTracing/allocation_info_tracer') return 3
  if (source.type === 'DATA' && ['VM/thread', 'fiber'].includes(source.struct)) return 2
  if (isNamed(target) && !isModule(source)) return 2
  if (isNamed(target) && isSuperclass) return 2
  return 1
}

/** Address → [[target, strength], …], ROOT included. */
function references(dump) {
  const {objects, byAddress, roots} = dump
  const {lists, silent} = stackRecords(dump)
  const edges = new Map([[ROOT, []]])
  const connect = (from, to, strength) => {
    if (byAddress.has(to)) edges.get(from).push([to, strength])
  }

  for (const {root, references: targets = []} of roots) {
    for (const target of targets) connect(ROOT, target, root === 'machine_context' ? 2 : 1)
  }

  for (const object of byAddress.values()) {
    edges.set(object.address, [])
    if (silent.has(object.address)) continue
    const listed = lists.has(object.address) ? (lists.get(object.address).references ?? []) : []
    for (const target of [...(object.references ?? []), ...listed]) {
      connect(
        object.address,
        target,
        strengthOf(object, byAddress.get(target), object.type === 'CLASS' && target === object.superclass),
      )
    }

    if (hasClass(object)) connect(object.address, object.class, strengthOf(object, byAddress.get(object.class), false))
  }

  for (const thread of lists.keys()) connect(ROOT, thread, 1)
  for (const target of unlistedRoots(dump)) connect(ROOT, target, 1)
  if (byAddress.size !== objects.length) throw new Error('two objects at one address')
  return edges
}

/** Address → strength of its strongest path; absent for garbage. */
function pathStrengths(edges) {
  const strengths = new Map([[ROOT, 0]])
  for (const limit of [1, 2, 3]) {
    const stack = [...strengths.keys()]
    while (stack.length > 0) {
      for (const [target, strength] of edges.get(stack.pop())) {
        if (strength > limit || strengths.has(target)) continue
        strengths.set(target, limit)
        stack.push(target)
      }
    }
  }

  return strengths
}

/** Address → addresses that it owns. */
export function owningReferences(dump) {
  const edges = references(dump)
  const strengths = pathStrengths(edges)
  return new Map(
    Array.from(strengths, ([source, own]) => [
      source,
      edges
        .get(source)
        .filter(([target, strength]) => Math.max(own, strength) === strengths.get(target))
        .map(([target]) => target),
    ]),
  )
}

/** Addresses in postorder, ROOT last. */
function postorder(owned) {
  const order = []
  const seen = new Set([ROOT])
  const open = [[ROOT, owned.get(ROOT).values()]]
  while (open.length > 0) {
    const [node, rest] = open.at(-1)
    const {value, done} = rest.next()
    if (done) {
      order.push(node)
      open.pop()
    } else if (!seen.has(value)) {
      seen.add(value)
      open.push([value, owned.get(value).values()])
    }
  }

  return order
}

/** Address → immediate dominator. */
function dominators(owned, order) {
  const numbers = new Map(order.map((node, number) => [node, number]))
  const owners = new Map(order.map(node => [node, []]))
  for (const [source, targets] of owned) for (const target of targets) owners.get(target).push(source)
  const result = new Map([[ROOT, ROOT]])
  const meet = (a, b) => {
    while (a !== b) {
      while (numbers.get(a) < numbers.get(b)) a = result.get(a)
      while (numbers.get(b) < numbers.get(a)) b = result.get(b)
    }

    return a
  }

  for (let changed = true; changed;) {
    changed = false
    for (const node of order.toReversed()) {
      if (node === ROOT) continue
      const dominator = owners
        .get(node)
        .filter(owner => result.has(owner))
        .reduce(meet)
      if (result.get(node) !== dominator) changed = true
      result.set(node, dominator)
    }
  }

  return result
}

/** What ROOT reaches without one node. */
function reachedWithout(owned, removed) {
  const seen = new Set([ROOT])
  const stack = [ROOT]
  while (stack.length > 0) {
    for (const target of owned.get(stack.pop())) {
      if (target === removed || seen.has(target)) continue
      seen.add(target)
      stack.push(target)
    }
  }

  return seen
}

/**
 * `rows`: by address, `{dominator, retainedSize, retainedObjects}`. `withGroups(groupOf)`: Map of retained size by group, the union of
 * what its objects dominate. `freedBy(address)`: the same as a row's, by taking the object away and looking what is left.
 */
export function dominatorTree(dump) {
  const owned = owningReferences(dump)
  const order = postorder(owned)
  const tree = dominators(owned, order)
  const memsize = address => dump.byAddress.get(address)?.memsize ?? 0
  const rows = new Map(order.map(node => [node, {dominator: tree.get(node), retainedObjects: 0, retainedSize: 0}]))
  // In postorder what a node dominates comes before it.
  for (const node of order) {
    const row = rows.get(node)
    row.retainedObjects++
    row.retainedSize += memsize(node)
    if (node === ROOT) continue
    rows.get(row.dominator).retainedObjects += row.retainedObjects
    rows.get(row.dominator).retainedSize += row.retainedSize
  }

  const withGroups = groupOf => {
    const groups = new Map()
    for (const node of order) {
      if (node === ROOT) continue
      const group = groupOf(dump.byAddress.get(node))
      if (group === undefined) continue
      let above = tree.get(node)
      while (above !== ROOT && groupOf(dump.byAddress.get(above)) !== group) above = tree.get(above)
      if (above === ROOT) groups.set(group, (groups.get(group) ?? 0) + rows.get(node).retainedSize)
    }

    return groups
  }

  const freedBy = address => {
    const left = reachedWithout(owned, address)
    const freed = order.filter(node => !left.has(node))
    return {retainedObjects: freed.length, retainedSize: freed.reduce((total, node) => total + memsize(node), 0)}
  }

  return {freedBy, owned, rows, withGroups}
}

export function retainedByClass(dump, tree) {
  const names = new Map(dump.objects.map(object => [object, classNameOf(dump, object)]))
  return tree.withGroups(object => names.get(object))
}

export function retainedBySite(dump, tree) {
  return tree.withGroups(object =>
    object.file === undefined ? undefined : JSON.stringify([object.file, object.line ?? null]),
  )
}
