import {takeTop} from '../objects/options.js'
import {takeTopClasses} from '../tables/classes.js'
import type {AnalysisReport} from './report.js'

/**
 * The report with fewer rows per table. Generations and suspects are never cut. `aliveOnly`: as in the report's options.
 */
export function cutReport(report: AnalysisReport, top: number, {aliveOnly = true} = {}): AnalysisReport {
  return {
    ...report,
    largest: takeTop(report.largest, {top}),
    collections: {
      ...report.collections,
      largest: takeTop(report.collections.largest, {top}),
      empty: takeTop(report.collections.empty, {top}),
      oversized: takeTop(report.collections.oversized, {top}),
    },
    pages: {...report.pages, emptiest: takeTop(report.pages.emptiest, {top})},
    threads: takeTop(report.threads, {top}),
    threadGroups: takeTop(report.threadGroups, {top}),
    vm: {...report.vm, code: takeTop(report.vm.code, {top})},
    allocatedAt: report.allocatedAt && takeTop(report.allocatedAt, {top}),
    allocationSites: takeTop(report.allocationSites, {top}),
    classes: aliveOnly ? takeTopClasses(report.classes, top) : takeTop(report.classes, {top}),
    duplicateStrings: takeTop(report.duplicateStrings, {top}),
    gems: takeTop(report.gems, {top}),
    heldBy: takeTop(report.heldBy, {top}),
    dominators: takeTop(report.dominators, {top}),
  }
}
