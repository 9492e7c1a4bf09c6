// The HTML report of a trend: the memory of a process over time, what grows in it, and the maps of the first and the
// last dump.
import {verdictOfTrend} from '../../analysis/compare/compared-verdict.js'
import {withoutGarbage} from '../../analysis/compare/garbage.js'
import type {TrendReport} from '../../analysis/compare/trend-report.js'
import type {TrendRow} from '../../analysis/compare/trend.js'
import type {MemoryNode} from '../../analysis/browse/memory-tree.js'
import {formatBytes, formatCount, formatCounted, formatDuration, formatTime} from '../../units.js'
import {formatSite} from '../site-label.js'
import {sparkline} from '../sparkline.js'
import {comparedMaps} from './compared-maps.js'
import {type Column, dataTable} from './data-table.js'
import {hero} from './hero.js'
import {type Html, html} from './html.js'
import {type MemoryAt, memoryLine} from './memory-line.js'
import {pageText} from './page.js'

export type TrendPageInput = {
  readonly report: TrendReport
  readonly app: string | null
  /** Of the first dump that was read and of the last; null: none was read. */
  readonly trees: readonly [MemoryNode, MemoryNode] | null
  /** The memory of the run that was read, as the agent recorded it; empty: it did not. */
  readonly past: readonly MemoryAt[]
  readonly quotaBytes: number | null
  readonly createdAt: Date
}

export function trendPage({report, app, trees, past, quotaBytes, createdAt}: TrendPageInput): string {
  const {dumps, dyno, hours, memoryPerHour, process} = report
  const [first, last] = [dumps[0], dumps.at(-1)]
  const title = [app === null ? null : `⬢ ${app}`, dyno, process].filter(part => part !== null).join(' · ')
  const [headline = '', ...others] = verdictOfTrend(report)
  const when =
    first === undefined || last === undefined
      ? ''
      : ` · ${formatCounted(dumps.length, 'dump')} in ${formatDuration(hours * 3600)}, until ${formatTime(Date.parse(last.createdAt))}`
  return pageText({
    createdAt,
    hero: hero({
      below: null,
      headline: headline.replace(/\.$/, ''),
      notes: [],
      text: others.join(' '),
      title: `Trend of ${title}${when}`,
      tone: memoryPerHour === null || memoryPerHour > 0 ? 'look' : 'good',
    }),
    madeBy: 'heapdump:trend --html',
    notes: ['The page has no contents of strings.'],
    sections: [
      {content: line(report, past, quotaBytes), id: 'history', name: 'History'},
      ...(trees === null || first === undefined || last === undefined
        ? []
        : comparedMaps({
            after: trees[1],
            before: trees[0],
            // Not checked for a trend: the heap may have been compacted in between.
            isOneProcess: false,
            names: [first.id, last.id],
            suspects: [],
          })),
      {
        content: growthTable('owners', 'owner', withoutGarbage(report.owners), ({owner}) => owner, dumps.length),
        id: 'owners',
        name: 'Owners',
      },
      {
        content: growthTable('classes', 'class', report.classes, ({className}) => className, dumps.length),
        id: 'classes',
        name: 'Classes',
      },
      {
        content: growthTable(
          'sites',
          'allocation site',
          report.sites,
          row => formatSite(row.file, row.line),
          dumps.length,
        ),
        id: 'sites',
        name: 'Sites',
      },
    ],
    title: `Trend of ${title}`,
  })
}

/** Dumps of one run are joined by what the agent recorded, if it did; those of other runs by straight lines. */
function line({dumps, memory}: TrendReport, past: readonly MemoryAt[], quotaBytes: number | null): Html | null {
  const marks = memory.flatMap(({createdAt, id, memoryBytes, pid, release}) =>
    memoryBytes === null
      ? []
      : [{bytes: memoryBytes, name: id, run: `${pid} ${release}`, timeMs: Date.parse(createdAt)}],
  )
  const read = new Set(dumps.map(({id}) => id))
  const lastRun = marks.find(({name}) => read.has(name))?.run
  const runs = [...new Set(marks.map(({run}) => run))].map(run => {
    const points: MemoryAt[] = marks.filter(mark => mark.run === run)
    return run === lastRun ? [...past, ...points].toSorted((a, b) => a.timeMs - b.timeMs) : points
  })
  const hint = html`Resident memory. A mark is a dump; a new line begins where the process was restarted.`
  return memoryLine({dumps: marks, quotaBytes, runs}, hint)
}

function growthTable<Row extends TrendRow>(
  id: string,
  what: string,
  rows: readonly Row[],
  nameOf: (row: Row) => string,
  dumps: number,
): Html | null {
  const fastest = Math.max(1, ...rows.map(row => row.memsizePerHour))
  const header = what.charAt(0).toUpperCase() + what.slice(1)
  const size = (name: string, at: number): Column<Row> => ({
    cell: row => formatBytes(row.memsizes.at(at) ?? null),
    header: name,
    sortKey: row => row.memsizes.at(at) ?? 0,
  })
  return dataTable({
    columns: [
      {cell: nameOf, className: 'code', header, sortKey: nameOf},
      {
        cell: row => sparkline(row.memsizes),
        className: 'spark',
        header: 'Trend',
        sortKey: row => row.memsizes.join(' '),
      },
      {
        cell: row => `+${formatBytes(row.memsizePerHour)}`,
        header: 'Per hour',
        share: row => row.memsizePerHour / fastest,
        sortKey: row => row.memsizePerHour,
      },
      size('First', 0),
      size('Last', -1),
      {
        cell: row => formatCount(row.objects.at(-1) ?? null),
        header: 'Objects',
        sortKey: row => row.objects.at(-1) ?? 0,
      },
      {cell: row => `${row.grew} of ${dumps - 1}`, header: 'Grew in', sortKey: row => row.grew},
    ],
    hint: `By ${what}, fastest first. Per hour: the slope of the line that fits all dumps best.`,
    id,
    rows,
    sortedBy: 'Per hour',
    title: `Growth by ${what}`,
  })
}
