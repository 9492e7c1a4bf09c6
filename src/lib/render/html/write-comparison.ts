// Writes the HTML reports of comparisons.
import {basename} from 'node:path'
import type {ProcessHistory} from '../../process-history.js'
import {type GrowthPageInput, growthPage} from './growth-page.js'
import {pointsOf} from './memory-line.js'
import {type TrendPageInput, trendPage} from './trend-page.js'
import {type ReportFile, writeReport} from './write-report.js'

export {refuseTakenReport} from './write-report.js'

/** The history of the last dump's process; null: not recorded. */
type Past = {readonly history: ProcessHistory | null}

function pastOf({history}: Past): Pick<GrowthPageInput, 'past' | 'quotaBytes'> {
  return history === null
    ? {past: [], quotaBytes: null}
    : {past: pointsOf(history.bootedAt * 1000, history.points), quotaBytes: history.quotaBytes}
}

export async function writeGrowth(
  flags: ReportFile,
  input: Pick<GrowthPageInput, 'report' | 'title' | 'trees'> & Past,
): Promise<string> {
  const report = withoutFolders(input.report)
  return writeReport(flags, growthPage({...input, ...pastOf(input), createdAt: new Date(), report}))
}

/** The folders of files on this machine are private. */
function withoutFolders(report: GrowthPageInput['report']): GrowthPageInput['report'] {
  const names = report.dumps.map(({name}) => name)
  return {
    ...report,
    dumps: report.dumps.map(dump => ({...dump, name: basename(dump.name)})),
    warnings: report.warnings.map(text => names.reduce((words, name) => words.replaceAll(name, basename(name)), text)),
  }
}

export async function writeTrend(
  flags: ReportFile,
  input: Pick<TrendPageInput, 'app' | 'report' | 'trees'> & Past,
): Promise<string> {
  return writeReport(flags, trendPage({...input, ...pastOf(input), createdAt: new Date()}))
}
