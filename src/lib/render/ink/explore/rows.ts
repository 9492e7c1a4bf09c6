// The rows of each list: text, numbers, and what Enter opens.
import type {LinkedRow} from '../../../analysis/browse/browse.js'
import type {AnalysisReport} from '../../../analysis/report/report.js'
import {formatBytes, formatCount, formatShare} from '../../../units.js'
import {formatSite} from '../../site-label.js'
import type {HOME_TABS, Target} from './state.js'

export type Row = {
  /** Dim, before the text: how it is referenced, or its number. */
  readonly before: string
  readonly text: string
  /** Dim, after the text. Left out first. */
  readonly after: string
  /** One per header. */
  readonly numbers: readonly string[]
  readonly color?: string | undefined
  /** Shortens from the left, the least telling end of a path. */
  readonly cutLeft?: boolean
  readonly target: Target | null
}

export type Headers = {readonly text: string; readonly numbers: readonly string[]}

export const OBJECT_HEADERS: Headers = {numbers: ['Retained', 'Shallow'], text: 'Object'}

const COLORS = {high: 'red', low: undefined, medium: 'yellow'} as const

export const HOME_HEADERS: Readonly<Record<(typeof HOME_TABS)[number], Headers>> = {
  classes: {numbers: ['Retained', 'Shallow', 'Objects'], text: 'Class'},
  dominators: OBJECT_HEADERS,
  sites: {numbers: ['Retained', 'Shallow', 'Objects'], text: 'Allocation site'},
  suspects: {numbers: ['Retained', 'Share'], text: 'Suspect'},
}

type Listed = Pick<LinkedRow, 'address' | 'label' | 'memsize' | 'reference' | 'retainedSize'>

export function objectRow({address, label, reference, retainedSize, memsize}: Listed): Row {
  return {
    after: address,
    before: reference === null ? '' : `${reference} →`,
    numbers: [retainedSize === 0 ? 'garbage' : formatBytes(retainedSize), formatBytes(memsize)],
    target: {address, kind: 'object', label: label},
    text: label,
  }
}

/** The lists of the home screen. */
export function homeLists(report: AnalysisReport): Readonly<Record<(typeof HOME_TABS)[number], readonly Row[]>> {
  const {suspects, classes, allocationSites, dominators} = report
  return {
    suspects: suspects.map(({kind, severity, title, retainedSize, share}, index) => ({
      after: '',
      before: `${index + 1} ${kind.toUpperCase().padEnd(6)}`,
      color: COLORS[severity],
      numbers: [formatBytes(retainedSize), formatShare(share)],
      target: {index, kind: 'suspect', label: `suspect ${index + 1}`},
      text: title,
    })),
    classes: classes.map(({name, aliveRetainedSize, aliveMemsize, aliveObjects}) => ({
      after: '',
      before: '',
      numbers: [formatBytes(aliveRetainedSize), formatBytes(aliveMemsize), formatCount(aliveObjects)],
      target: {kind: 'group', label: name, source: {kind: 'class', name}},
      text: name,
    })),
    sites: allocationSites.map(({file, line, aliveRetainedSize, aliveMemsize, aliveObjects}) => ({
      after: '',
      before: '',
      cutLeft: true,
      numbers: [formatBytes(aliveRetainedSize), formatBytes(aliveMemsize), formatCount(aliveObjects)],
      target: {kind: 'group', label: formatSite(file, line), source: {file, kind: 'site', line}},
      text: formatSite(file, line),
    })),
    dominators: dominators.map(dominator => objectRow({...dominator, reference: null})),
  }
}

/** The steps of a suspect's path, each of which can be opened. */
export function pathRows({path}: AnalysisReport['suspects'][number]): readonly Row[] {
  return path.map(({address, label, reference}) => ({
    after: address,
    before: reference === null ? '' : `${reference} →`,
    numbers: [],
    target: {address, kind: 'object', label: label},
    text: label,
  }))
}

export function filterRows(rows: readonly Row[], filter: string): readonly Row[] {
  const wanted = filter.toLowerCase()
  return filter === ''
    ? rows
    : rows.filter(({text, after}) => text.toLowerCase().includes(wanted) || after.includes(wanted))
}
