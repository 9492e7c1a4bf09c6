// What can be asked of dumps that were read: a name → a function of the subjects and plain options, answered with a plain report.
// Everything that crosses to the worker and back is in this table.
import {type AnalysisReport, report} from './report.js'
import {type MemoryNode, memoryTree, type TreeOptions} from './memory-tree.js'
import type {AnalysisOptions} from './options.js'
import type {Subject} from './subject.js'

export const QUESTIONS = {
  report: ([subject]: readonly Subject[], options: AnalysisOptions): AnalysisReport => report(subject, options),
  tree: ([subject]: readonly Subject[], options: TreeOptions): MemoryNode => memoryTree(subject, options),
} as const

export type QuestionName = keyof typeof QUESTIONS
export type QuestionOptions<Name extends QuestionName> = Parameters<(typeof QUESTIONS)[Name]>[1]
export type Answer<Name extends QuestionName> = ReturnType<(typeof QUESTIONS)[Name]>

export function answer<Name extends QuestionName>(name: Name, subjects: readonly Subject[], options: QuestionOptions<Name>): Answer<Name> {
  const question = QUESTIONS[name] as (subjects: readonly Subject[], options: QuestionOptions<Name>) => Answer<Name>
  return question(subjects, options)
}
