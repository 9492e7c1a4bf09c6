// The tables of a report: lines, classes, single objects, gems, equal strings.
import {aliveBytes} from '../../analysis/alive.js'
import type {AllocationSite} from '../../analysis/allocation-sites.js'
import type {DuplicateString} from '../../analysis/duplicate-strings.js'
import type {AnalysisReport} from '../../analysis/report.js'
import type {Retainer} from '../../analysis/retainers.js'
import {formatBytes, formatCount, formatShare} from '../../units.js'
import type {ShowText} from '../mask.js'
import {formatSite} from '../site-label.js'
import {dataTable, type Column} from './data-table.js'
import {type Html, html} from './html.js'

type Sized = {readonly memsize: number; readonly share?: number; readonly label?: string}
type Counted = {readonly objects: number}
type Retaining = {readonly retainedSize: number; readonly label?: string}

export function reportTables(report: AnalysisReport, showText: ShowText): ReadonlyArray<Html | null> {
  const {memsize, tracerMemsize} = report.totals
  const whole = Math.max(1, memsize - tracerMemsize)
  // Only what is alive is retained: shares of it, as the suspects have. The tracer is in no share.
  const alive = Math.max(1, aliveBytes(report))
  const memory: Column<Sized> = bytes('Memory', row => row.memsize, row => row.share ?? (isTracer(row) ? 0 : row.memsize / whole))
  const retained: Column<Retaining> = bytes('Retained', row => row.retainedSize, row => (isTracer(row) ? 0 : row.retainedSize / alive))
  return [
    dataTable({
      columns: [
        {cell: row => formatSite(row.file, row.line), className: 'code', header: 'Line', sortKey: row => formatSite(row.file, row.line), title: row => row.file},
        memory,
        retained,
        count('Objects', (row: Counted) => row.objects),
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
        count('Objects', (row: Counted) => row.objects),
      ],
      hint: 'What kinds of objects there are, and what all of a kind keep alive together.',
      id: 'classes',
      rows: report.classes,
      sortedBy: 'Retained',
      title: 'Classes',
    }),
    dataTable({
      columns: [
        {cell: row => row.label, className: 'code', header: 'Object', sortKey: row => row.label, title: row => row.className},
        {cell: row => html`<code>${row.address}</code>`, header: 'Address', sortKey: row => row.address},
        memory,
        retained,
        count('Objects kept', (row: Retainer) => row.retainedObjects),
      ],
      hint: 'Single objects by what would be freed with them.',
      id: 'objects',
      rows: report.retainers,
      sortedBy: 'Retained',
      title: 'Held by one object',
    }),
    dataTable({
      columns: [
        {cell: row => row.name, className: 'code', header: 'Code', sortKey: row => row.name},
        {cell: row => row.kind, className: 'quiet', header: 'Kind', sortKey: row => row.kind},
        memory,
        count('Objects', (row: Counted) => row.objects),
      ],
      hint: 'Whose code allocated what is alive.',
      id: 'gems',
      rows: report.dump.traced ? report.gems : [],
      sortedBy: 'Memory',
      title: 'App and gems',
    }),
    dataTable({
      columns: [
        {cell: row => showText(row.value), className: 'code', header: 'Text', sortKey: row => showText(row.value)},
        count('Copies', (row: DuplicateString) => row.count),
        bytes('Wasted', (row: DuplicateString) => row.wasted, row => row.wasted / whole),
        {
          cell: ({sites}) => (sites.length === 0 ? '' : formatSite(sites[0].file, sites[0].line)),
          className: 'code quiet',
          header: 'Mostly at',
          sortKey: ({sites}) => (sites.length === 0 ? '' : formatSite(sites[0].file, sites[0].line)),
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

function isTracer({label}: {readonly label?: string}): boolean {
  return label === 'allocation tracer'
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
