// Strings from an app's memory: shown on request, otherwise masked.
import {isRedacted, lengthInWords, type MaskedText, maskText} from '../analysis/report/mask-text.js'
import type {AnalysisReport} from '../analysis/report/report.js'
import {printable} from '../printable.js'

export type ShowString = (text: MaskedText) => string

/** For --show-values. A redacted dump has only the length and the hash of a string. */
export const showString: ShowString = ({bytes, value}) =>
  isRedacted(value) ? `${lengthInWords(bytes)} ${value}` : `"${printable(value)}"`

/** How to show a report's strings. A masked report has no contents to show. */
export function stringsOf({masked}: Pick<AnalysisReport, 'masked'>, show: boolean): ShowString {
  return masked ? ({value}) => value : show ? showString : maskText()
}
