// What a person asked of an analysis → what is read of the dump, and how many rows of it each reader sees. Pure.
import type {ReportOptions} from '../analysis/report/report.js'
import type {SectionName} from '../analysis/report/sections.js'
import {topRows} from './top-flag.js'

/** At most, whatever --top says: a page of more rows is slow to open and nobody's to read. */
const TOP_IN_HTML = 200
/** Boxes in the map of an HTML report: 100 bytes each. */
const MAP = {depth: 28, nodes: 1500}

export type AnalysisFlags = {
  readonly class?: string | undefined
  readonly generation?: number | null | undefined
  readonly html?: string | undefined
  /** `--json`, in either way of saying it. */
  readonly json: boolean
  readonly section?: readonly SectionName[] | undefined
  readonly 'show-values': boolean
  readonly site?: string | undefined
  readonly top?: number | undefined
}

export type AnalysisPlan = {
  /** Rows a table on the screen or in the JSON document, and in the HTML report; 0 = all. */
  readonly rows: number
  readonly rowsInHtml: number
  /** What is asked of the dump: as many rows as the longest of them needs. */
  readonly read: ReportOptions
  /** The map of memory that an HTML report has; null: it is not wanted. */
  readonly map: typeof MAP | null
  /** The report is of the whole dump, and so can be compared with that of another one. */
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
      // What is kept of a dump for the next time has no texts of its strings.
      masked: !json && !section?.includes('strings') && !flags['show-values'],
      // Paths to a few objects cost little; to all of them they are followed when asked for.
      paths: section?.includes('paths') || className !== undefined || site !== undefined,
      site,
      top: html === undefined || rows === 0 ? rows : Math.max(rows, rowsInHtml),
    },
    rows,
    rowsInHtml,
  }
}
