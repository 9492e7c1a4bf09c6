// The tables of a report: allocation sites, classes, dominators, gems, duplicate strings.
import type {RowPaths} from '../../analysis/browse/row-paths.js'
import type {AllocationSite} from '../../analysis/tables/allocation-sites.js'
import type {DuplicateString} from '../../analysis/tables/duplicate-strings.js'
import type {AnalysisReport} from '../../analysis/report/report.js'
import type {Dominator} from '../../analysis/tables/dominators.js'
import {formatBytes, formatCount, formatShare} from '../../units.js'
import type {ShowString} from '../mask.js'
import {formatFirstSite, formatSite} from '../site-label.js'
import {dataTable, type Column} from './data-table.js'
import {term} from './glossary.js'
import {type Content, type Html, html} from './html.js'

type Sized = {readonly aliveMemsize: number}
type Counted = {readonly aliveObjects: number}
type Retaining = {readonly aliveRetainedSize: number}

/** A row that stands for many objects shows the path of one. */
const OF_LARGEST = 'Path to root of the object that retains most'

export function reportTables(
  report: AnalysisReport,
  showString: ShowString,
  paths: RowPaths | null,
): ReadonlyArray<Html | null> {
  // Shares are of live memory, as for suspects.
  const alive = Math.max(1, report.totals.aliveMemsize)
  const shallow: Column<Sized> = bytes(
    'Shallow',
    row => row.aliveMemsize,
    row => row.aliveMemsize / alive,
    'shallow size',
  )
  const retained: Column<Retaining> = bytes(
    'Retained',
    row => row.aliveRetainedSize,
    row => row.aliveRetainedSize / alive,
    'retained size',
  )
  return [
    dataTable({
      columns: [
        {
          cell: row => formatSite(row.file, row.line),
          className: 'code',
          header: 'Allocation site',
          sortKey: row => formatSite(row.file, row.line),
          title: row => row.file,
          word: 'allocation site',
        },
        shallow,
        retained,
        count('Objects', (row: Counted) => row.aliveObjects),
        count('References', (row: AllocationSite) => row.references),
      ],
      hint: html`Live objects by ${term('allocation site')}.`,
      id: 'sites',
      paths: paths && {ends: paths.sites, title: OF_LARGEST},
      rows: report.allocationSites,
      sortedBy: 'Shallow',
      title: 'Allocation sites',
    }),
    dataTable({
      columns: [
        {cell: row => className(row.name), className: 'code', header: 'Class', sortKey: row => row.name},
        shallow,
        retained,
        count('Objects', (row: Counted) => row.aliveObjects),
      ],
      hint: html`Live objects by class, with the ${term('retained size')} of all instances together.`,
      id: 'classes',
      paths: paths && {ends: paths.classes, title: OF_LARGEST},
      rows: report.classes,
      sortedBy: 'Retained',
      title: 'Classes',
    }),
    dataTable({
      columns: [
        {
          cell: row => row.label,
          className: 'code',
          header: 'Object',
          sortKey: row => row.label,
          title: row => row.className,
        },
        {cell: row => html`<code>${row.address}</code>`, header: 'Address', sortKey: row => row.address},
        bytes('Shallow', shallowBytes, (row: Dominator) => Math.min(row.memsize, row.aliveRetainedSize) / alive),
        retained,
        count('Retained objects', (row: Dominator) => row.retainedObjects),
      ],
      hint: html`The ${term('dominator', 'dominators')} with the largest ${term('retained size', 'retained sizes')}.`,
      id: 'dominators',
      paths: paths && {ends: paths.addresses, title: 'Path to root'},
      rows: report.dominators,
      sortedBy: 'Retained',
      title: 'Dominators',
    }),
    dataTable({
      columns: [
        {cell: row => row.name, className: 'code', header: 'Code', sortKey: row => row.name},
        {cell: row => row.kind, className: 'quiet', header: 'Kind', sortKey: row => row.kind},
        shallow,
        count('Objects', (row: Counted) => row.aliveObjects),
      ],
      hint: 'Live objects by the code that allocated them.',
      id: 'gems',
      rows: report.dump.traced ? report.gems : [],
      sortedBy: 'Shallow',
      title: 'App and gems',
    }),
    dataTable({
      columns: [
        {cell: row => showString(row), className: 'code', header: 'String', sortKey: row => showString(row)},
        count('Copies', (row: DuplicateString) => row.count),
        bytes(
          'Wasted',
          (row: DuplicateString) => row.wasted,
          row => Math.min(1, row.wasted / alive),
        ),
        {
          cell: ({sites}) => formatFirstSite(sites),
          className: 'code quiet',
          header: 'Main allocation site',
          sortKey: ({sites}) => formatFirstSite(sites),
          title: ({sites}) => sites[0]?.file ?? '',
        },
      ],
      hint: html`${term('duplicate strings', 'Equal strings')} kept several times. Wasted: what a shared copy would save.`,
      id: 'strings',
      rows: report.duplicateStrings,
      sortedBy: 'Wasted',
      title: 'Duplicate strings',
    }),
  ]
}

/** `(IMEMO iseq)` is not a class to search for, so it is explained. */
function className(name: string): Content {
  const word = ['IMEMO', 'ICLASS'].find(type => name.startsWith(`(${type}`))
  return word === undefined ? name : term(word, name)
}

/** Leaves out a thread's reserved stack. */
function shallowBytes({aliveRetainedSize, role, memsize}: Dominator): number {
  return role === 'tracer' ? memsize : Math.min(memsize, aliveRetainedSize)
}

function bytes<Row>(
  header: string,
  value: (row: Row) => number,
  share: (row: Row) => number,
  word?: string,
): Column<Row> {
  return {
    cell: row => html`${formatBytes(value(row))} <small>${formatShare(share(row))}</small>`,
    header,
    share,
    sortKey: value,
    word,
  }
}

function count<Row>(header: string, value: (row: Row) => number): Column<Row> {
  return {cell: row => formatCount(value(row)), header, sortKey: value}
}
