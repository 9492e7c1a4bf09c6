// The HTML report of a comparison: what grew, what holds it, and the maps of the first and the last dump.
import {headlineOf} from '../../analysis/compare/compared-verdict.js'
import type {GrowthReport, GrowthRow} from '../../analysis/compare/growth.js'
import {keptByApp} from '../../analysis/compare/garbage.js'
import type {Verdict} from '../../analysis/report/verdict.js'
import type {MemoryNode} from '../../analysis/browse/memory-tree.js'
import {formatBytes, formatCount, formatDuration} from '../../units.js'
import {formatSite} from '../site-label.js'
import {type ComparedMaps, comparedMaps, linksToLater} from './compared-maps.js'
import {dataTable} from './data-table.js'
import {hero} from './hero.js'
import {type Html, html} from './html.js'
import {type MemoryAt, memoryLine} from './memory-line.js'
import {pageText} from './page.js'
import {partsOfProcess} from './process-bar.js'
import {suspectCards} from './suspect-cards.js'

export type GrowthPageInput = {
  readonly report: Omit<GrowthReport, 'dumps'> & {
    readonly dumps: ReadonlyArray<
      GrowthReport['dumps'][number] & {readonly name: string; readonly createdAt: string | null}
    >
    /** From the first dump to the last; null: unknown. */
    readonly hours: number | null
    readonly verdict: Verdict
    readonly warnings: readonly string[]
  }
  /** The title of the last dump. */
  readonly title: string
  /** Of the first dump and of the last. */
  readonly trees: readonly [MemoryNode, MemoryNode]
  /** The memory of the process as the agent recorded it; empty: it did not. */
  readonly past: readonly MemoryAt[]
  readonly quotaBytes: number | null
  readonly createdAt: Date
}

export function growthPage({report, title, trees, past, quotaBytes, createdAt}: GrowthPageInput): string {
  const {dumps, hours, movement, suspects, warnings} = report
  const [first, last] = [dumps[0], dumps.at(-1)]
  const names = [first?.name ?? '', last?.name ?? ''] as const
  const maps: ComparedMaps = {
    after: trees[1],
    before: trees[0],
    isOneProcess: movement === 'none',
    names,
    suspects,
  }
  const {verdict} = report
  const apart = hours === null ? '' : ` · ${formatDuration(hours * 3600)} apart`
  return pageText({
    createdAt,
    hero: hero({
      below: partsOfProcess(dumps.map(dump => ({...dump, dump}))),
      headline: headlineOf(verdict),
      notes: warnings,
      text: verdict.sentences.slice(1).join(' '),
      title: `${dumps.map(({name}) => name).join(' → ')}${apart} · ${title}`,
      tone: verdict.healthy ? 'good' : suspects.some(({severity}) => severity === 'high') ? 'bad' : 'look',
    }),
    madeBy: 'heapdump:diff --html',
    notes: ['The page has no contents of strings.'],
    sections: [
      {
        content: suspectCards({
          healthy: 'No owner holds noticeably more than before.',
          links: linksToLater(maps),
          suspects,
          title: 'What grew',
        }),
        id: 'suspects',
        name: 'Suspects',
      },
      {content: line(report, past, quotaBytes), id: 'history', name: 'History'},
      ...comparedMaps(maps),
      {content: growthTable(report), id: 'growth', name: 'Growth'},
    ],
    title: `${names[0]} → ${names[1]}`,
  })
}

function line({dumps}: GrowthPageInput['report'], past: readonly MemoryAt[], quotaBytes: number | null): Html | null {
  const marks = dumps.flatMap(({createdAt, name, processBytes: bytes}) =>
    createdAt === null || bytes === null ? [] : [{bytes, name, timeMs: Date.parse(createdAt)}],
  )
  const run = [...past, ...marks].toSorted((a, b) => a.timeMs - b.timeMs)
  const hint = past.length > 0 ? 'Resident memory as the agent recorded it.' : 'Resident memory at each dump.'
  return marks.length === 0 ? null : memoryLine({dumps: marks, quotaBytes, runs: [run]}, hint)
}

function growthTable({comparedBy, growth}: GrowthPageInput['report']): Html | null {
  // What the tracer and garbage gained is in the bars: it is not the app's growth.
  const rows = keptByApp(growth)
  const most = Math.max(1, ...rows.map(({memsize}) => memsize))
  const site = ({file, line: number}: GrowthRow) => (file === null ? '' : formatSite(file, number))
  const count = (header: string, value: (row: GrowthRow) => number) => ({
    cell: (row: GrowthRow) => formatCount(value(row)),
    header,
    sortKey: value,
  })
  return dataTable({
    columns: [
      {cell: row => row.owner, className: 'code', header: 'Owner', sortKey: row => row.owner, word: 'owner'},
      {cell: row => row.className, className: 'code', header: 'Class', sortKey: row => row.className},
      {cell: site, className: 'code quiet', header: 'Allocation site', sortKey: site, title: row => row.file ?? ''},
      {
        cell: row => formatBytes(row.memsize),
        header: 'Growth',
        share: row => row.memsize / most,
        sortKey: row => row.memsize,
      },
      count('Objects', row => row.objects),
      count('Before', row => row.before.objects),
      count('Now', row => row.now.objects),
    ],
    hint:
      comparedBy === 'identity'
        ? html`Objects that are in the last dump and not in the first, by shallow size.`
        : html`By how much each row grew. The objects cannot be told apart: compared by count.`,
    id: 'growth',
    rows,
    sortedBy: 'Growth',
    title: comparedBy === 'identity' ? 'New objects' : 'More than before',
  })
}
