// What a section says first.
import type {AnalysisReport} from '../../analysis/report/report.js'
import {answerOfSection} from '../../analysis/report/section-answers.js'
import type {SectionName} from '../../analysis/report/sections.js'
import {Answer} from './Answer.js'

type Props = {readonly report: AnalysisReport; readonly section: SectionName; readonly width: number}

export function SectionAnswer({report, section, width}: Props) {
  const answer = answerOfSection(section, report)
  return answer === null ? null : <Answer sentences={[answer]} width={width} />
}
