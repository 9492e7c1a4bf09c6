// What test/support/ruby/owners.rb says that it kept, and the ways to it that a dump has to show.
import {explain, type Explanation} from '../../src/lib/analysis/explain.js'
import type {Subject} from '../../src/lib/analysis/subject.js'

/** Addresses of each object, of what holds it, and of the class, module or thread that owns it. */
export type Kept = Readonly<Record<string, {readonly address: string; readonly holder: string; readonly owner?: string}>>

/** By name of what was kept; `chain` by how many links it has. */
export const WAYS = {
  attached: 'ROOT VM Object (class) → constant Promotion (module) → constant or variable Object → class singleton class',
  captured: 'ROOT VM Object (class) → constant Callbacks (class) → constant or variable Array, 1 element → element Proc → variables of a block',
  chain: (links: number) => `ROOT VM Object (class) → constant Chain (class) → constant or variable Link × ${links - 1}`,
  finalized: 'ROOT finalizers (ARRAY), 1 element → element Proc → variables of a block',
  local: 'ROOT VM Ractor → Thread',
  price: 'ROOT VM Object (class) → constant Catalogue (module) → constant or variable Array, 1 element',
  registered: 'ROOT VM Object (class) → constant Registry (class) → constant or variable Array, 1 element → element anonymous class',
  session: 'ROOT VM Object (class) → constant Session (class) → constant or variable Hash, 1 entry',
}

export function explainedKept(subject: Subject, kept: Kept, name: string): Explanation & {kind: 'object'} {
  return explain(subject, {showValues: false, top: 10, what: kept[name].address}) as Explanation & {kind: 'object'}
}

/** `ROOT VM Object (class) → constant Session (class) → …`, without the object itself. Throws if it ends elsewhere, or leaves out who the program says is on it. */
export function wayTo(subject: Subject, kept: Kept, name: string): string {
  const {pathFromRoot: {steps}, type} = explainedKept(subject, kept, name)
  const {address, holder, owner = holder} = kept[name]
  const addresses = steps.map(step => step.address)
  if (type !== 'OBJECT' || addresses.at(-1) !== address) throw new Error(`the path to ${name} ends in ${type} ${addresses.at(-1)}, not in ${address}`)
  for (const one of [holder, owner]) if (!addresses.includes(one)) throw new Error(`the path to ${name} leaves out ${one}`)
  return steps
    .slice(0, -1)
    .map(step => [step.reference, step.label, step.times > 1 ? `× ${step.times}` : null].filter(Boolean).join(' '))
    .join(' → ')
}
