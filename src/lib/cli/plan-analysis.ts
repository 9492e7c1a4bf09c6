// The flags of an analysis → what to read from the dump, and how many rows to show. Pure.
import type {ReportOptions} from '../analysis/report/report.js'
import type {SectionName} from '../analysis/report/sections.js'
import {MAP, rowsInHtml, rowsToRead} from './html-flags.js'
import {topRows} from './top-flag.js'

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
  /** Rows per table on the screen or in JSON; 0 = all. */
  readonly rows: number
  /** What to read: as many rows as the longest output needs. */
  readonly read: ReportOptions
  /** What the HTML report shows; null: none was asked for. */
  readonly page: {readonly map: typeof MAP; readonly rows: number} | null
  /** Whether the report covers the whole dump, so that it can be compared with that of another dump. */
  readonly isWhole: boolean
  /** Whether it is all of the report: no part of the dump, and no section. */
  readonly isFull: boolean
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
  const page = html === undefined ? null : {map: MAP, rows: rowsInHtml(top)}
  const isWhole = className === undefined && site === undefined && generation === undefined
  return {
    isFull: isWhole && section === undefined,
    isWhole,
    page,
    read: {
      aliveOnly: !json,
      className,
      generation,
      // A report with string contents is never cached.
      masked: !json && !section?.includes('strings') && !flags['show-values'],
      // Paths to a few objects are cheap; paths to all objects only on request.
      paths: section?.includes('paths') || className !== undefined || site !== undefined,
      site,
      top: rowsToRead(rows, page && page.rows),
    },
    rows,
  }
}
