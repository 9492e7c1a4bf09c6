// The answer of an explanation in sentences: why it is alive, what removing it frees, where its memory accumulates.
import {formatBytes, formatCount, formatCounted, formatObjects, formatShare} from '../../units.js'
import type {MergedStep} from '../objects/merged-paths.js'
import type {NamedObject} from '../objects/object-rows.js'
import type {PathStep} from '../objects/path-steps.js'
import {isModuleRole, type Role} from '../objects/roles.js'
import type {ClassExplanation, Explanation} from './explain.js'
import type {GroupExplanation} from './explain-group.js'
import type {Below, ObjectExplanation} from './explain-object.js'

export function verdictOfExplanation(explanation: Explanation): readonly string[] {
  switch (explanation.kind) {
    case 'object':
      return ofObject(explanation)
    case 'site':
      return ofGroup(explanation.instances)
    case 'class': {
      const {instances, module} = explanation
      if (module === null || isAboutInstances(explanation)) return ofGroup(instances)
      const {memsize, objects} = instances
      const others = `Its ${formatCounted(objects, 'instance')} take${objects === 1 ? 's' : ''} ${formatBytes(memsize)}.`
      return [...ofObject(module), ...(objects === 0 ? [] : [others])]
    }
  }
}

/** A class that keeps a cache in a constant is asked about for the cache, even if it has instances. */
export function isAboutInstances({instances, module}: ClassExplanation): boolean {
  return instances.objects > 0 && instances.aliveRetainedSize >= (module?.aliveRetainedSize ?? 0)
}

function ofObject(object: ObjectExplanation): string[] {
  if (!object.reachable) return ['It is garbage: no path leads to it from a root, and a GC frees it.']
  return [aliveBecause(object), frees('it', object), ...accumulatesIn(object)]
}

function ofGroup(group: GroupExplanation): string[] {
  const {objects, reachableObjects} = group
  const pronoun = objects === 1 ? 'it' : 'them'
  if (objects === 0) return ['None is alive.']
  if (reachableObjects === 0)
    return [
      `${objects === 1 ? 'It is' : 'All are'} garbage: no path leads to ${pronoun} from a root, and a GC frees ${pronoun}.`,
    ]
  const garbage = objects - reachableObjects
  return [
    heldMostly(group),
    frees(pronoun, group),
    ...(group.main === null ? accumulatesOnPaths(group) : accumulatesIn(group.main)),
    ...(garbage > 0 ? [`${formatCount(garbage)} more ${garbage === 1 ? 'is' : 'are'} garbage.`] : []),
  ]
}

type Freed = {
  readonly aliveRetainedSize: number
  readonly retainedObjects: number
  readonly role?: Role
  readonly share: number
}

/** The agent's and the tracer's memory is no part of live memory, which shares are of. */
function frees(pronoun: string, {aliveRetainedSize, retainedObjects, role, share}: Freed): string {
  const verb = role === 'thread' ? 'Ending' : 'Removing'
  const objects = retainedObjects > 1 ? `, ${formatObjects(retainedObjects)}` : ''
  const part = role === 'agent' || role === 'tracer' ? '' : ` (${formatShare(share)} of live memory)`
  return `${verb} ${pronoun} frees ${formatBytes(aliveRetainedSize)}${part}${objects}.`
}

function aliveBecause({pathFromRoot: {steps}, role}: ObjectExplanation): string {
  const [first] = steps
  const self = steps.at(-1)
  const holder = steps.at(-2)
  if (first === undefined || self === undefined) return 'Alive.'
  if (holder === undefined) return `Alive because ${rootInWords(first.reference)} refers to it.`
  if (holder.role === 'top-level') return 'Alive because a constant refers to it.'
  if (isModuleRole(role) && self.reference === 'constant')
    return `Alive because a constant of ${holder.label} refers to it.`
  const owner = steps.slice(0, -1).findLast(step => isOwner(step))
  const root = first.role === 'top-level' ? 'a constant' : rootInWords(first.reference)
  const name = owner === undefined ? root : owner.label
  return `Alive because ${name} holds it${owner === holder ? placeIn(self.reference) : through(self.reference, holder)}.`
}

/** What a person can search the code for. */
function isOwner({role}: Pick<PathStep, 'role'>): boolean {
  return (isModuleRole(role) && role !== 'top-level') || role === 'thread'
}

const ROOTS = new Map([
  ['VM', 'the Ruby VM'],
  ['at_exit blocks', 'an at_exit block'],
  ['finalizers', 'a finalizer'],
  ['global variables', 'a global variable'],
  ['native code', 'native code'],
  ['stack of the dumping thread', 'the stack of the dumping thread'],
  ['symbols', 'the symbol table'],
])

function rootInWords(reference: string | null): string {
  const root = reference?.replace(/^ROOT /, '') ?? ''
  return ROOTS.get(root) ?? (root === '' ? 'a root' : `a root (${root})`)
}

const PLACES = new Map([
  ['constant or variable', 'in a constant or variable'],
  ['element', 'as an element'],
  ['fiber-local', 'in a fiber-local variable'],
  ['instance variable', 'in an instance variable'],
  ['key or value', 'as a key or value'],
  ['local variable', 'in a local variable'],
  ['member', 'as a member'],
  ['stack', 'on its stack'],
  ['stack or fiber-local', 'on its stack or in a fiber-local variable'],
  ['stack or thread-local', 'on its stack or in a thread-local variable'],
])

function placeIn(reference: string | null): string {
  const place = reference?.startsWith('@') ? `in ${reference}` : PLACES.get(reference ?? '')
  return place === undefined ? '' : `, ${place}`
}

/** `, in @cache of a StatementPool`; `, in a Hash with 30 entries`. */
function through(reference: string | null, holder: Pick<PathStep, 'label' | 'role'>): string {
  const isCollection = reference === 'element' || reference === 'key or value'
  const place = isCollection ? '' : placeIn(reference).slice(2)
  return place === '' ? `, in ${articled(holder)}` : `, ${place} of ${articled(holder)}`
}

/** `a Hash with 30 entries`, `a String of 5.6 MB`; a class has a name of its own. */
export function articled({label, role}: Pick<PathStep, 'label' | 'role'>): string {
  if (isModuleRole(role) || role === 'thread' || /^[\d#]/.test(label)) return label
  // A collection without a class is Ruby's own.
  const words = label.replace(/^\((\w+)\)/, (_, type: string) => `hidden ${type.toLowerCase()}`)
  const [name = words, size] = words.split(/, (?=[\d,.]+ \w+$)/)
  const article = /^[aeiou]/i.test(name) ? 'an' : 'a'
  return `${article} ${name}${size === undefined ? '' : `${size.endsWith('B') ? ' of' : ' with'} ${size}`}`
}

function accumulatesIn({accumulatesIn: place, address, children: [largest]}: NamedObject & Below): string[] {
  if (place === null || largest === undefined) return []
  const where = place.address === address ? 'it' : articled(place)
  const what = `${formatCount(largest.objects)} × ${largest.className}`
  return [`${what} accumulate in ${where}: ${formatBytes(largest.retainedSize)}.`]
}

/** Who keeps objects of a class, or of a line, alive. */
export function heldMostly({owners, reachableObjects}: Pick<GroupExplanation, 'owners' | 'reachableObjects'>): string {
  const [largest] = owners.toSorted((a, b) => b.objects - a.objects)
  if (largest === undefined) return 'Alive.'
  const name = largest.owner ?? 'a root'
  if (largest.objects === reachableObjects)
    return `Alive because ${name} holds ${reachableObjects === 1 ? 'it' : 'them'}.`
  const threads = owners.filter(({owner}) => owner?.startsWith('Thread '))
  const inThreads = threads.reduce((sum, {objects}) => sum + objects, 0)
  if (threads.length > 1 && inThreads >= reachableObjects * MOSTLY)
    return `Alive because ${formatCount(threads.length)} threads hold ${inThreads === reachableObjects ? 'them' : part(inThreads, reachableObjects)}.`
  if (largest.objects >= reachableObjects * MOSTLY)
    return `Alive mostly because ${name} holds ${part(largest.objects, reachableObjects)}.`
  return `Alive because several owners hold them; ${name} holds ${part(largest.objects, reachableObjects)}.`
}

const part = (some: number, all: number) => `${formatCount(some)} of the ${formatCount(all)}`

/** Similar objects from this number on, and this part of all. */
const MANY = 10
const MOSTLY = 0.5

/** The last single object through which most of them are alive. */
function accumulatesOnPaths({paths, reachableObjects}: GroupExplanation): string[] {
  let place: MergedStep | null = null
  let [step] = paths
  while (step !== undefined && step.leadsTo >= reachableObjects * MOSTLY) {
    const [next] = step.next
    const isSpread = next === undefined || next.objects >= MANY
    if (step.objects === 1 && step.found === 0 && isSpread && !isOwner(step) && step.role !== 'top-level') place = step
    step = next
  }

  if (place === null || place.leadsTo < MANY) return []
  const how = place.reference?.startsWith('@') ? ` (${place.reference})` : ''
  return [`${formatCount(place.leadsTo)} accumulate in ${articled(place)}${how}.`]
}
