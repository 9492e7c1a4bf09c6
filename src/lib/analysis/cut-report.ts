import {takeTop} from './options.js'
import type {AnalysisReport} from './report.js'

/** The report as if it had been asked for with fewer rows a table. Generations and suspects are never cut. */
export function cutReport(report: AnalysisReport, top: number): AnalysisReport {
  return {
    ...report,
    allocationSites: takeTop(report.allocationSites, {top}),
    classes: takeTop(report.classes, {top}),
    duplicateStrings: takeTop(report.duplicateStrings, {top}),
    gems: takeTop(report.gems, {top}),
    retainers: takeTop(report.retainers, {top}),
  }
}
