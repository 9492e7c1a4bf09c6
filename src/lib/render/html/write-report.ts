// Writes an HTML report to a file.
import {type PrivateFileOptions, refuseTaken, writePrivateFile} from '../../private-file.js'
import type {Target} from '../../command-line.js'
import {formatBytes} from '../../units.js'
import {stringsOf} from '../mask.js'
import {type PageInput, reportPage} from './report-page.js'

/** `--html FILE --force`. */
export type ReportFile = {readonly html?: string | undefined; readonly force: boolean}

function fileOptions(overwrite: boolean): PrivateFileOptions {
  return {existsHint: 'Name another file, or overwrite this one with --force.', overwrite}
}

/** Throws UserError `file_exists` or `not_writable` if the report could not be written. */
export async function refuseTakenReport({html = '', force}: ReportFile): Promise<void> {
  await refuseTaken(html, fileOptions(force))
}

/** Returns a line that reports what was written. Throws the UserErrors of writePrivateFile. */
export async function writeReport({html = '', force}: ReportFile, page: string): Promise<string> {
  const bytes = Buffer.from(page)
  await writePrivateFile(html, fileOptions(force), handle => handle.writeFile(bytes))
  return `Wrote ${html} (${formatBytes(bytes.length)}). Open it in any browser, offline.`
}

type Analyzed = Pick<PageInput, 'paths' | 'report' | 'tree'> & {
  readonly dump: {readonly origin: Target; readonly titleToShare: string}
}

/** The report of one dump; lines as for writeReport. */
export async function writeAnalysis(
  flags: ReportFile & {readonly 'show-values': boolean},
  {dump: {origin, titleToShare}, report, ...drawn}: Analyzed,
): Promise<string[]> {
  const showsValues = flags['show-values']
  const showString = stringsOf(report, showsValues)
  const input = {...drawn, createdAt: new Date(), origin, report, showString, showsValues, title: titleToShare}
  return [
    await writeReport(flags, reportPage(input)),
    showsValues ? "It contains strings from the app's memory: share it with care." : 'String contents are masked.',
  ]
}
