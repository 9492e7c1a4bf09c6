// Explains an object by its address, a class by its name, or an allocation site: what it is, why it is alive, and what
// it retains.
import {NONE} from '../../heap/columns.js'
import {isAgentFile, isAgentName, isAgents} from '../objects/agent-objects.js'
import {type ExplainLimits, explainObject, type ObjectExplanation} from './explain-object.js'
import {explainGroup, type GroupExplanation} from './explain-group.js'
import {findMeant} from '../objects/find-subject.js'
import type {DumpFacts} from '../report/report.js'
import {factsOf} from '../report/report.js'
import type {Subject} from '../objects/subject.js'

export type ExplainOptions = ExplainLimits & {
  /** An address (`0x7f…`), a class's name, `FILE:LINE`. */
  readonly what: string
}

export type ClassExplanation = {
  readonly kind: 'class'
  readonly name: string
  /** The class or module itself, with what its constants and variables hold; null if the dump has no record of it. */
  readonly module: ObjectExplanation | null
  readonly instances: GroupExplanation
}

export type SiteExplanation = {
  readonly kind: 'site'
  readonly file: string
  /** null: all lines of the file. */
  readonly line: number | null
  readonly instances: GroupExplanation
}

export type Explained = ObjectExplanation | ClassExplanation | SiteExplanation

export type Explanation = {readonly dump: DumpFacts} & Explained

/** Throws the UserErrors of `findMeant`. */
export function explain(subject: Subject, {what, ...limits}: ExplainOptions): Explanation {
  const dump = factsOf(subject)
  const meant = findMeant(subject, what)
  // If both the app and the agent have such objects, the app's.
  const others = (indexes: number[], ofAgent: boolean) =>
    ofAgent ? indexes : indexes.filter(index => !isAgents(subject.heap, index))
  switch (meant.kind) {
    case 'object':
      return {dump, ...explainObject(subject, meant.index, limits)}
    case 'class':
      return {
        dump,
        instances: explainGroup(
          subject,
          others(
            members(
              subject.classes.groupOf,
              [meant.group].filter(group => group !== NONE),
            ),
            isAgentName(meant.name),
          ),
          limits.top,
        ),
        kind: 'class',
        module: meant.module === NONE ? null : explainObject(subject, meant.module, limits),
        name: meant.name,
      }
    case 'site':
      return {
        dump,
        file: meant.file,
        instances: explainGroup(
          subject,
          others(members(subject.heap.columns.sites, meant.sites), isAgentFile(meant.file)),
          limits.top,
        ),
        kind: 'site',
        line: meant.line,
      }
  }
}

/** Indexes of the objects whose group is one of these. */
export function members(groupOf: Int32Array, groups: readonly number[]): number[] {
  const wanted = new Set(groups)
  const found: number[] = []
  if (wanted.size > 0)
    for (let index = 0; index < groupOf.length; index++) if (wanted.has(groupOf[index])) found.push(index)
  return found
}
