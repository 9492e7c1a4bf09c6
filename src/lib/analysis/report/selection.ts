// The objects that the user selected: those of a class, an allocation site or a generation.
import {NONE} from '../../heap/columns.js'
import {isAgentFile, isAgentName} from '../objects/agent-objects.js'
import {tallyAlive} from '../objects/alive.js'
import {findClass, findSite} from '../objects/find-subject.js'
import {type AnalysisOptions, eachObject} from '../objects/options.js'
import {retainedUnion} from '../objects/retained-union.js'
import type {Subject} from '../objects/subject.js'

export type Selection = {
  readonly className: string | null
  readonly site: {readonly file: string; readonly line: number | null} | null
  /** Absent if it was not given; null: nil. */
  readonly generation?: number | null
  readonly objects: number
  readonly memsize: number
  /** The live ones among these, without the agent's. */
  readonly aliveObjects: number
  readonly aliveMemsize: number
  readonly retainedSize: number
  readonly retainedObjects: number
}

export type Selected = {
  readonly options: AnalysisOptions
  /** null: everything. */
  readonly selection: Selection | null
}

/**
 * Options in which `only` marks the objects of the class and the site, and `ofAgent` says whether these are the
 * agent's. Throws the UserErrors of `findClass` and `findSite`.
 */
export function selected(subject: Subject, options: AnalysisOptions): Selected {
  const {className, site, generation} = options
  if (className === undefined && site === undefined && generation === undefined) return {options, selection: null}
  const {heap, classes} = subject
  const meantClass = className === undefined ? null : findClass(subject, className)
  const meantSite = site === undefined ? null : findSite(subject, site)
  const sites = new Set(meantSite?.sites)
  let only: Uint8Array | undefined
  if (meantClass !== null || meantSite !== null) {
    only = new Uint8Array(heap.count)
    for (let index = 0; index < heap.count; index++) {
      if (meantClass !== null && (meantClass.group === NONE || classes.groupOf[index] !== meantClass.group)) continue
      if (meantSite !== null && !sites.has(heap.columns.sites[index])) continue
      only[index] = 1
    }
  }

  const ofAgent =
    (meantClass !== null && isAgentName(meantClass.name)) || (meantSite !== null && isAgentFile(meantSite.file))
  const narrowed = {...options, ofAgent, only}
  const members: number[] = []
  let memsize = 0
  eachObject(heap, narrowed, index => {
    members.push(index)
    memsize += heap.memsize(index)
  })
  const {retainedSize, retainedObjects} = retainedUnion(subject, members, 1)
  const {memsizes, objects} = tallyAlive(heap, new Int32Array(heap.count), 1, narrowed)
  return {
    options: narrowed,
    selection: {
      aliveMemsize: memsizes[0],
      aliveObjects: objects[0],
      className: meantClass?.name ?? null,
      ...(generation === undefined ? {} : {generation}),
      memsize,
      objects: members.length,
      retainedObjects,
      retainedSize,
      site: meantSite === null ? null : {file: meantSite.file, line: meantSite.line},
    },
  }
}
