// The objects that test/support/ruby/owners.rb reports that it kept, and their paths, which a dump must show.
import {explain, type Explanation} from '../../src/lib/analysis/explain/explain.js'
import type {Subject} from '../../src/lib/analysis/objects/subject.js'

/** Addresses of an object, of its holder, and of the class, module or thread that owns it. */
type KeptObject = {readonly address: string; readonly holder: string; readonly owner?: string}
export type Kept = Readonly<Record<string, KeptObject>>

const below = (owner: string) => `ROOT VM Object (class) → constant ${owner} → constant or variable`

/** Paths by name of the kept object; for `chain`, by the number of links. */
export const PATHS = {
  attached: `${below('Promotion (module)')} Object → class singleton class`,
  captured: `${below('Callbacks (class)')} Array, 1 element → element Proc → variables of a block`,
  chain: (links: number) => `${below('Chain (class)')} Link × ${links - 1}`,
  finalized: 'ROOT finalizers (ARRAY), 1 element → element Proc → variables of a block',
  local: 'ROOT VM Ractor → Thread of Worker',
  price: `${below('Catalogue (module)')} Array, 1 element`,
  registered: `${below('Registry (class)')} Array, 1 element → element anonymous class`,
  session: `${below('Session (class)')} Hash, 1 entry`,
}

export function explainedKept(subject: Subject, kept: Kept, name: string): Explanation & {kind: 'object'} {
  return explain(subject, {showValues: false, top: 10, what: kept[name].address}) as Explanation & {kind: 'object'}
}

/**
 * `ROOT VM Object (class) → constant Session (class) → …`, without the object itself. Throws if the path ends
 * elsewhere, or leaves out the holder or the owner.
 */
export function pathTo(subject: Subject, kept: Kept, name: string): string {
  const {
    pathFromRoot: {steps},
    type,
  } = explainedKept(subject, kept, name)
  const {address, holder, owner = holder} = kept[name]
  const addresses = steps.map(step => step.address)
  if (type !== 'OBJECT' || addresses.at(-1) !== address)
    throw new Error(`the path to ${name} ends in ${type} ${addresses.at(-1)}`)
  const missing = [holder, owner].find(one => !addresses.includes(one))
  if (missing !== undefined) throw new Error(`the path to ${name} leaves out ${missing}`)
  return steps
    .slice(0, -1)
    .map(step => [step.reference, step.label, step.times > 1 ? `× ${step.times}` : null].filter(Boolean).join(' '))
    .join(' → ')
}
