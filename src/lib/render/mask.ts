// Texts from an app's memory: shown to who asks for them, marks to everybody else.
import {maskText} from '../analysis/mask-text.js'
import type {AnalysisReport} from '../analysis/report.js'
import {printable} from '../printable.js'

export type ShowText = (text: string) => string

/** For who asked to see values. */
export const showText: ShowText = text => `"${printable(text)}"`

/** How a report's texts are shown: one that has marks only can show nothing else. */
export function textsOf({masked}: Pick<AnalysisReport, 'masked'>, show: boolean): ShowText {
  return masked ? text => text : show ? showText : maskText()
}
