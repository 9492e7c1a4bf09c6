// The flags of an analysis → what to read from the dump, and how many rows to show. Pure.
import type {ReportOptions} from '../analysis/report/report.js'
import type {SectionName} from '../analysis/report/sections.js'
import {topRows} from './top-flag.js'

/** The limit of --top for an HTML page: a longer page is slow to open. */
const TOP_IN_HTML = 200
/** The memory map of an HTML report: 100 bytes per box. */
const MAP = {depth: 28, nodes: 1500}

export type AnalysisFlags = {
  readonly class?: string | undefined
  readonly generation?: number | null | undefined
  readonly html?: string | undefined
  /** `--json` or `--format json`. */
  readonly json: boolean
  readonly section?: readonly SectionName[] | undefined
  readonly 'show-values': boolean
  readonly site?: string | undefined
  readonly top?: number | undefined
}

export type AnalysisPlan = {
  /** Rows per table on the screen or in JSON, and in the HTML report; 0 = all. */
  readonly rows: number
  readonly rowsInHtml: number
  /** What to read: as many rows as the longest output needs. */
  readonly read: ReportOptions
  /** The memory map of an HTML report; null: none. */
  readonly map: typeof MAP | null
  /** Whether the report covers the whole dump, so that it can be compared with that of another dump. */
  readonly isWhole: boolean
}

export function planAnalysis({
  class: className,
  generation,
  html,
  json,
  section,
  site,
  top,
  ...flags
}: AnalysisFlags): AnalysisPlan {
  const rows = topRows(top, {isJson: json, isSection: section !== undefined})
  const rowsInHtml = Math.min(top || TOP_IN_HTML, TOP_IN_HTML)
  return {
    isWhole: className === undefined && site === undefined && generation === undefined,
    map: html === undefined ? null : MAP,
    read: {
      aliveOnly: !json,
      className,
      generation,
      // A report with string contents is never cached.
      masked: !json && !section?.includes('strings') && !flags['show-values'],
      // Paths to a few objects are cheap; paths to all objects only on request.
      paths: section?.includes('paths') || className !== undefined || site !== undefined,
      site,
      top: html === undefined || rows === 0 ? rows : Math.max(rows, rowsInHtml),
    },
    rows,
    rowsInHtml,
  }
}
