// Writes the HTML report to a file.
import type {Target} from '../../command-line.js'
import {type PrivateFileOptions, refuseTaken, writePrivateFile} from '../../private-file.js'
import {formatBytes} from '../../units.js'
import {stringsOf} from '../mask.js'
import {type DumpTitle, sharedTitle} from '../shared-title.js'
import {type PageInput, reportPage} from './report-page.js'

/** `--html FILE --force --show-values`. */
export type ReportFile = {readonly html?: string | undefined; readonly force: boolean; readonly 'show-values': boolean}

type Shared = Pick<PageInput, 'report' | 'tree'> & {readonly dump: DumpTitle & {readonly origin: Target}}

function fileOptions(overwrite: boolean): PrivateFileOptions {
  return {existsHint: 'Name another file, or overwrite this one with --force.', overwrite}
}

/** Throws UserError `file_exists` or `not_writable` if the report could not be written. */
export async function refuseTakenReport({html = '', force}: ReportFile): Promise<void> {
  await refuseTaken(html, fileOptions(force))
}

/** Returns lines that report what was written. Throws the UserErrors of writePrivateFile. */
export async function writeReport(
  {html = '', force, 'show-values': showsValues}: ReportFile,
  {dump, report, tree}: Shared,
): Promise<string[]> {
  const title = sharedTitle(dump)
  const showString = stringsOf(report, showsValues)
  const input = {createdAt: new Date(), origin: dump.origin, report, showString, showsValues, title, tree}
  const page = Buffer.from(reportPage(input))
  await writePrivateFile(html, fileOptions(force), handle => handle.writeFile(page))
  return [
    `Wrote ${html} (${formatBytes(page.length)}). Open it in any browser, offline.`,
    showsValues ? "It contains strings from the app's memory: share it with care." : 'String contents are masked.',
  ]
}
