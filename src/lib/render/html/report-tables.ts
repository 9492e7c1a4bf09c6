// The tables of a report: lines, classes, single objects, gems, equal strings.
import type {AllocationSite} from '../../analysis/tables/allocation-sites.js'
import type {DuplicateString} from '../../analysis/tables/duplicate-strings.js'
import type {AnalysisReport} from '../../analysis/report/report.js'
import type {Dominator} from '../../analysis/tables/dominators.js'
import {formatBytes, formatCount, formatShare} from '../../units.js'
import type {ShowString} from '../mask.js'
import {formatFirstSite, formatSite} from '../site-label.js'
import {dataTable, type Column} from './data-table.js'
import {type Html, html} from './html.js'

type Sized = {readonly aliveMemsize: number}
type Counted = {readonly aliveObjects: number}
type Retaining = {readonly aliveRetainedSize: number}

export function reportTables(report: AnalysisReport, showString: ShowString): ReadonlyArray<Html | null> {
  // Shares are of what is alive, as the suspects' are.
  const alive = Math.max(1, report.totals.aliveMemsize)
  const memory: Column<Sized> = bytes(
    'Memory',
    row => row.aliveMemsize,
    row => row.aliveMemsize / alive,
  )
  const retained: Column<Retaining> = bytes(
    'Retained',
    row => row.aliveRetainedSize,
    row => row.aliveRetainedSize / alive,
  )
  return [
    dataTable({
      columns: [
        {
          cell: row => formatSite(row.file, row.line),
          className: 'code',
          header: 'Line',
          sortKey: row => formatSite(row.file, row.line),
          title: row => row.file,
        },
        memory,
        retained,
        count('Objects', (row: Counted) => row.aliveObjects),
        count('References', (row: AllocationSite) => row.references),
      ],
      hint: 'Lines of code whose objects are still alive. Retained: with all that these objects alone keep alive.',
      id: 'lines',
      rows: report.allocationSites,
      sortedBy: 'Memory',
      title: 'Allocated at',
    }),
    dataTable({
      columns: [
        {cell: row => row.name, className: 'code', header: 'Class', sortKey: row => row.name},
        memory,
        retained,
        count('Objects', (row: Counted) => row.aliveObjects),
      ],
      hint: 'What kinds of objects there are, and what all of a kind keep alive together.',
      id: 'classes',
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
        bytes('Memory', ownBytes, (row: Dominator) => Math.min(row.memsize, row.aliveRetainedSize) / alive),
        retained,
        count('Objects kept', (row: Dominator) => row.retainedObjects),
      ],
      hint: 'Single objects by what would be freed with them.',
      id: 'objects',
      rows: report.dominators,
      sortedBy: 'Retained',
      title: 'Held by one object',
    }),
    dataTable({
      columns: [
        {cell: row => row.name, className: 'code', header: 'Code', sortKey: row => row.name},
        {cell: row => row.kind, className: 'quiet', header: 'Kind', sortKey: row => row.kind},
        memory,
        count('Objects', (row: Counted) => row.aliveObjects),
      ],
      hint: 'Whose code allocated what is alive.',
      id: 'gems',
      rows: report.dump.traced ? report.gems : [],
      sortedBy: 'Memory',
      title: 'App and gems',
    }),
    dataTable({
      columns: [
        {cell: row => showString(row), className: 'code', header: 'Text', sortKey: row => showString(row)},
        count('Copies', (row: DuplicateString) => row.count),
        bytes(
          'Wasted',
          (row: DuplicateString) => row.wasted,
          row => Math.min(1, row.wasted / alive),
        ),
        {
          cell: ({sites}) => formatFirstSite(sites),
          className: 'code quiet',
          header: 'Mostly at',
          sortKey: ({sites}) => formatFirstSite(sites),
          title: ({sites}) => sites[0]?.file ?? '',
        },
      ],
      hint: 'Texts that are in memory more than once. Wasted: what one shared copy would save.',
      id: 'strings',
      rows: report.duplicateStrings,
      sortedBy: 'Wasted',
      title: 'Equal strings',
    }),
  ]
}

/** Without a thread's reserved stack. */
function ownBytes({aliveRetainedSize, role, memsize}: Dominator): number {
  return role === 'tracer' ? memsize : Math.min(memsize, aliveRetainedSize)
}

function bytes<Row>(header: string, value: (row: Row) => number, share: (row: Row) => number): Column<Row> {
  return {
    cell: row => html`${formatBytes(value(row))} <small>${formatShare(share(row))}</small>`,
    header,
    share,
    sortKey: value,
  }
}

function count<Row>(header: string, value: (row: Row) => number): Column<Row> {
  return {cell: row => formatCount(value(row)), header, sortKey: value}
}
