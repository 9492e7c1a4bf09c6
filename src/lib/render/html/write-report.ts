// The HTML report as a file.
import {type PrivateFileOptions, writePrivateFile} from '../../private-file.js'
import {textsOf} from '../mask.js'
import {type PageInput, reportPage} from './report-page.js'

export type ReportFile = Omit<PageInput, 'createdAt' | 'showText'> & {
  readonly file: string
  readonly overwrite: boolean
}

export function reportFileOptions(overwrite: boolean): PrivateFileOptions {
  return {existsHint: 'Name another file, or write over this one with --force.', overwrite}
}

/** Bytes written. Throws the UserErrors of writePrivateFile. */
export async function writeReport({file, overwrite, ...input}: ReportFile): Promise<number> {
  const page = Buffer.from(
    reportPage({...input, createdAt: new Date(), showText: textsOf(input.report, input.showsValues)}),
  )
  await writePrivateFile(file, reportFileOptions(overwrite), handle => handle.writeFile(page))
  return page.length
}
