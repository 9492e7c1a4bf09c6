// The HTML report as a file.
import {type PrivateFileOptions, refuseTaken, writePrivateFile} from '../../private-file.js'
import {formatBytes} from '../../units.js'
import {stringsOf} from '../mask.js'
import {type DumpTitle, sharedTitle} from '../shared-title.js'
import {type PageInput, reportPage} from './report-page.js'

/** `--html FILE --force --show-values`. */
export type ReportFile = {readonly html?: string | undefined; readonly force: boolean; readonly 'show-values': boolean}

type Shared = Pick<PageInput, 'report' | 'tree'> & {readonly dump: DumpTitle}

function fileOptions(overwrite: boolean): PrivateFileOptions {
  return {existsHint: 'Name another file, or write over this one with --force.', overwrite}
}

/** Throws UserError `file_exists` or `not_writable` where a report would have no place. */
export async function refuseTakenReport({html = '', force}: ReportFile): Promise<void> {
  await refuseTaken(html, fileOptions(force))
}

/** → what to say of it, in lines. Throws the UserErrors of writePrivateFile. */
export async function writeReport(
  {html = '', force, 'show-values': showsValues}: ReportFile,
  {dump, report, tree}: Shared,
): Promise<string[]> {
  const title = sharedTitle(dump)
  const showString = stringsOf(report, showsValues)
  const page = Buffer.from(reportPage({createdAt: new Date(), report, showString, showsValues, title, tree}))
  await writePrivateFile(html, fileOptions(force), handle => handle.writeFile(page))
  return [
    `Wrote ${html} (${formatBytes(page.length)}). Any browser opens it, offline.`,
    showsValues ? "It shows values of the app's strings: pass it on with care." : 'Values of strings are masked.',
  ]
}
