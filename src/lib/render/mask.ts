// Texts from an app's memory: shown to who asks for them, marks to everybody else.
import {isRedacted, lengthInWords, type MaskedText, maskText} from '../analysis/report/mask-text.js'
import type {AnalysisReport} from '../analysis/report/report.js'
import {printable} from '../printable.js'

export type ShowText = (text: MaskedText) => string

/** For who asked to see values. Of a redacted dump there are none: then how long it is, and the mark. */
export const showText: ShowText = ({bytes, value}) =>
  isRedacted(value) ? `${lengthInWords(bytes)} ${value}` : `"${printable(value)}"`

/** How a report's texts are shown: one that has marks only can show nothing else. */
export function textsOf({masked}: Pick<AnalysisReport, 'masked'>, show: boolean): ShowText {
  return masked ? ({value}) => value : show ? showText : maskText()
}
