// Shared by the sections of a report.
import type {AnalysisReport} from '../../../analysis/report/report.js'

export type SectionProps = {readonly report: AnalysisReport; readonly width: number}

/** Highlights a tenth of the heap or more. */
export function highlight(share: number): string | undefined {
  return share >= 0.1 ? 'yellow' : undefined
}
