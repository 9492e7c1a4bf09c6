// What every section of a report is drawn from.
import type {AnalysisReport} from '../../../analysis/report/report.js'

export type SectionProps = {readonly report: AnalysisReport; readonly width: number}

/** A tenth of the heap in one place is worth a look. */
export function highlight(share: number): string | undefined {
  return share >= 0.1 ? 'yellow' : undefined
}
