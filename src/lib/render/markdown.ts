// A report for a pull request: suspects first, everything long folded. String contents are masked as in the HTML
// report.
import type {AnalysisReport} from '../analysis/report/report.js'
import type {Suspect} from '../analysis/suspects/finding.js'
import type {ProcessParts} from '../analysis/tables/process-parts.js'
import type {Totals} from '../analysis/tables/totals.js'
import {verdictOf} from '../analysis/report/verdict.js'
import {capitalized, formatBytes, formatCount, formatObjects, formatShare} from '../units.js'
import {damageInWords} from './damage.js'
import {headline} from './headline.js'
import {markdownCode, markdownHtml, markdownTable, markdownText, type MarkdownColumn} from './markdown-text.js'
import type {Target} from '../command-line.js'
import type {ShowString} from './mask.js'
import {notTraced} from './not-traced.js'
import {partInWords, PART_NAMES, sortedParts} from './part-words.js'
import {selectionInWords} from './selection-words.js'
import {formatFirstSite, formatSite} from './site-label.js'

const MARKS = {high: '🔴', low: '⚪', medium: '🟡'} as const
const TABLE_ROWS = 10

export type MarkdownInput = {
  readonly report: AnalysisReport
  readonly title: string
  /** Flags that select the app or file that was dumped. */
  readonly origin?: Target
  readonly showString: ShowString
  /** Rows per table; 0: all of the report's. */
  readonly top?: number
}

export function markdownReport({report, title, origin = [], showString, top = TABLE_ROWS}: MarkdownInput): string {
  const {totals, suspects, dump} = report
  const processBytes = report.process?.rssBytes ?? dump.processBytes
  const process = processBytes === null ? '' : `${formatBytes(processBytes)} process, `
  const heap = `${formatBytes(report.memory.heapBytes)} in ${formatObjects(totals.objects)}, ${formatBytes(totals.aliveMemsize)} of it alive`
  const tracer = totals.tracerMemsize === 0 ? '' : `, ${formatBytes(totals.tracerMemsize)} allocation tracer`
  const {healthy, sentences} = verdictOf(report)
  return [
    `## Heap dump: ${markdownText(headline(report))}`,
    '',
    // The headline of a healthy heap already says the first sentence.
    capitalized((healthy ? sentences.slice(1) : sentences).map(markdownText).join(' ')),
    '',
    `${markdownText(title)}: ${process}${heap}${tracer}`,
    ...(report.selection === null ? [] : ['', markdownText(selectionInWords(report.selection))]),
    ...damageInWords(dump).flatMap(({isSevere, text}) => [
      '',
      isSevere ? `**${markdownText(text)}**` : markdownText(text),
    ]),
    ...(dump.traced ? [] : ['', notTraced(origin)]),
    '',
    ...markdownTable(SUSPECT_COLUMNS, suspects),
    ...suspects.flatMap(details),
    ...(report.process === null ? [] : fold('Process memory', memoryTable(ofApp(report.process, totals)))),
    ...tables(report, showString, top).flatMap(({name, lines}) => (lines.length === 0 ? [] : fold(name, lines))),
    '',
  ].join('\n')
}

const SUSPECT_COLUMNS: ReadonlyArray<MarkdownColumn<Suspect>> = [
  {cell: ({severity, kind}) => `${MARKS[severity]} ${severity}, ${kind}`, header: 'Severity'},
  {cell: ({title}) => markdownText(title), header: 'Suspect'},
  {cell: ({retainedSize}) => formatBytes(retainedSize), header: 'Retained', number: true},
  {cell: ({share}) => formatShare(share), header: 'Share', number: true},
  {
    cell: ({sites}) => markdownCode(formatFirstSite(sites)),
    header: 'Allocation site',
  },
]

function details({title, owner, evidence, path, sites, advice}: Suspect): string[] {
  return fold(title, [
    ...(advice === '' ? [] : [`**What to do:** ${markdownText(advice)}`, '']),
    `Owner: ${markdownCode(owner)}`,
    '',
    ...evidence.map(line => `- ${markdownText(line)}`),
    ...sites.map(({file, line}) => `- allocated at ${markdownCode(formatSite(file, line))}`),
    ...(path.length === 0
      ? []
      : [
          '',
          'Path to root:',
          '',
          ...path.map(
            ({label, address, reference}, at) =>
              `${'  '.repeat(at)}- ${reference === null ? '' : `${markdownText(reference)} → `}${markdownCode(label)} ${markdownCode(address)}`,
          ),
        ]),
  ])
}

/** What the agent takes is no row of its own; while tracing, it is the tracer's. */
function ofApp(process: ProcessParts, {tracerMemsize}: Totals): ProcessParts {
  const agent = process.parts.find(({kind}) => kind === 'agent')
  if (agent === undefined || tracerMemsize > 0) return process
  const others = process.parts.filter(({kind}) => kind !== 'agent' && kind !== 'other')
  const rest = process.parts.reduce((sum, {bytes, kind}) => (kind === 'other' ? sum + bytes : sum), agent.bytes)
  return {...process, parts: [...others, {bytes: rest, kind: 'other'}]}
}

function memoryTable(process: ProcessParts): readonly string[] {
  return markdownTable(
    [
      {cell: ({bytes}) => formatBytes(bytes), header: 'Resident', number: true},
      {cell: ({bytes}) => formatShare(bytes / process.rssBytes), header: 'Share', number: true},
      {cell: ({kind}) => PART_NAMES[kind], header: 'Part'},
      {cell: part => markdownText(partInWords(part, process)), header: 'What it is'},
    ],
    sortedParts(process),
  )
}

function fold(name: string, lines: readonly string[]): string[] {
  return ['', `<details><summary>${markdownHtml(name)}</summary>`, '', ...lines, '', '</details>']
}

function tables(
  report: AnalysisReport,
  showString: ShowString,
  top: number,
): ReadonlyArray<{readonly name: string; readonly lines: readonly string[]}> {
  const cut = <Row>(rows: readonly Row[]) => (top === 0 ? rows : rows.slice(0, top))
  const shallow = {
    cell: (row: {readonly aliveMemsize: number}) => formatBytes(row.aliveMemsize),
    header: 'Shallow',
    number: true,
  }
  const retained = {
    cell: (row: {readonly aliveRetainedSize: number}) => formatBytes(row.aliveRetainedSize),
    header: 'Retained',
    number: true,
  }
  const objects = {
    cell: (row: {readonly aliveObjects: number}) => formatCount(row.aliveObjects),
    header: 'Objects',
    number: true,
  }
  return [
    {
      lines: markdownTable(
        [
          {cell: row => markdownCode(formatSite(row.file, row.line)), header: 'Allocation site'},
          shallow,
          retained,
          objects,
        ],
        cut(report.allocationSites),
      ),
      name: 'Allocation sites',
    },
    {
      lines: markdownTable(
        [{cell: row => markdownCode(row.name), header: 'Class'}, shallow, retained, objects],
        cut(report.classes),
      ),
      name: 'Classes',
    },
    {
      lines: markdownTable(
        [
          {cell: row => markdownCode(showString(row)), header: 'String'},
          {cell: row => formatCount(row.count), header: 'Copies', number: true},
          {cell: row => formatBytes(row.wasted), header: 'Wasted', number: true},
          {
            cell: ({sites}) => markdownCode(formatFirstSite(sites)),
            header: 'Main allocation site',
          },
        ],
        cut(report.duplicateStrings),
      ),
      name: 'Duplicate strings',
    },
  ]
}
