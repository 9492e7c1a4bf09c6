// The rows of each list: text, numbers, and what Enter opens.
import type {LinkedRow, RelatedSource, SiteRow} from '../../../analysis/browse/browse.js'
import type {AnalysisReport} from '../../../analysis/report/report.js'
import {formatBytes, formatCount, formatShare, formatShortCount} from '../../../units.js'
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
  /** The same as numbers, to sort by; absent: the order has a meaning of its own. */
  readonly sizes?: readonly number[]
  readonly color?: string | undefined
  /** Shortens from the left, the least telling end of a path. */
  readonly cutLeft?: boolean
  readonly target: Target | null
}

export type Headers = {readonly text: string; readonly numbers: readonly string[]}

export const OBJECT_HEADERS: Headers = {numbers: ['Retained', 'Shallow'], text: 'Object'}
export const GROUP_HEADERS: Headers = {numbers: ['Retained', 'Shallow', 'Objects'], text: 'Class'}
export const SITE_HEADERS: Headers = {numbers: ['Shallow', 'Objects'], text: 'Allocation site'}

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

/** `source`: the list that the objects of a group are from. */
export function likeRow(row: LinkedRow, source: RelatedSource): Row {
  const {className, memsize, objects, reference, retainedSize} = row
  const numbers = [...objectRow(row).numbers, formatShortCount(objects)]
  if (objects === 1) return {...objectRow(row), numbers}
  return {
    after: '',
    before: reference === null ? '' : `${reference} →`,
    numbers: [
      retainedSize === 0 ? 'garbage' : formatBytes(retainedSize),
      formatBytes(memsize),
      formatShortCount(objects),
    ],
    target: {kind: 'group', label: className, source: {className, kind: 'part', of: source}},
    text: `${formatCount(objects)} × ${className}`,
  }
}

export function siteRow({file, line, memsize, objects}: SiteRow, below: string): Row {
  const site = formatSite(file, line)
  return {
    after: '',
    before: '',
    cutLeft: true,
    numbers: [formatBytes(memsize), formatShortCount(objects)],
    target: {kind: 'group', label: site, source: {below, file, kind: 'site', line}},
    text: site,
  }
}

/** The lists of the home screen. */
export function homeLists(report: AnalysisReport): Readonly<Record<(typeof HOME_TABS)[number], readonly Row[]>> {
  const {suspects, classes, allocationSites, dominators} = report
  return {
    suspects: suspects.map(({kind, path, severity, title, retainedSize, share}, index) => ({
      after: '',
      before: `${index + 1} ${kind.toUpperCase().padEnd(6)}`,
      color: COLORS[severity],
      numbers: [formatBytes(retainedSize), formatShare(share)],
      // What accumulates is at the end of the path.
      target: suspectTarget(index, path.at(-1)),
      text: title,
    })),
    classes: classes.map(({name, aliveRetainedSize, aliveMemsize, aliveObjects}) => ({
      after: '',
      before: '',
      numbers: [formatBytes(aliveRetainedSize), formatBytes(aliveMemsize), formatCount(aliveObjects)],
      sizes: [aliveRetainedSize, aliveMemsize, aliveObjects],
      target: {kind: 'group', label: name, source: {kind: 'class', name}},
      text: name,
    })),
    sites: allocationSites.map(({file, line, aliveRetainedSize, aliveMemsize, aliveObjects}) => ({
      after: '',
      before: '',
      cutLeft: true,
      numbers: [formatBytes(aliveRetainedSize), formatBytes(aliveMemsize), formatCount(aliveObjects)],
      sizes: [aliveRetainedSize, aliveMemsize, aliveObjects],
      target: {kind: 'group', label: formatSite(file, line), source: {file, kind: 'site', line}},
      text: formatSite(file, line),
    })),
    dominators: dominators.map(dominator => ({
      ...objectRow({...dominator, reference: null}),
      sizes: [dominator.retainedSize, dominator.memsize],
    })),
  }
}

function suspectTarget(index: number, place: {readonly address: string} | undefined): Target {
  const label = `suspect ${index + 1}`
  if (place === undefined) return {index, kind: 'suspect', label}
  return {address: place.address, kind: 'object', label, suspect: index}
}

/** By a column, largest first. */
export function sortRows(rows: readonly Row[], column: number): readonly Row[] {
  const sizeOf = ({sizes}: Row) => sizes?.[column] ?? 0
  return rows.toSorted((a, b) => sizeOf(b) - sizeOf(a))
}

export function filterRows(rows: readonly Row[], filter: string): readonly Row[] {
  const wanted = filter.toLowerCase()
  return filter === ''
    ? rows
    : rows.filter(({text, after}) => text.toLowerCase().includes(wanted) || after.includes(wanted))
}
