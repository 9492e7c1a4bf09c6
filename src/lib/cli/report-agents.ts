// The agents' answers, with the histories of their processes judged.
import type {Answer, AnswerTo, Question, StateQuestion} from '../agent/ask-agents.js'
import {judgeHistory} from '../analysis/history/judge-history.js'
import type {ProcessType} from '../heroku/formation.js'
import {readHistory} from '../process-history.js'
import {processTypeOf} from '../process-type.js'
import type {AgentReport} from '../render/agent-report.js'

/** What a command gets for its question. */
export type ReportOn<Asked extends Question> = Asked extends StateQuestion ? AgentReport : AnswerTo<Asked>

/** `formation`: empty if unknown. */
export function reportAgents<Asked extends Question>(
  answers: ReadonlyArray<AnswerTo<Asked>>,
  formation: readonly ProcessType[],
): ReadonlyArray<ReportOn<Asked>> {
  return answers.map(
    answer => (answer.type === 'status' ? reportOn(answer as Answer, formation) : answer) as ReportOn<Asked>,
  )
}

function reportOn({histories, ...status}: Answer, formation: readonly ProcessType[]): AgentReport {
  const type = formation.find(one => one.type === processTypeOf(status.dyno))
  const limits = [status.limitBytes ?? null, type?.quotaBytes ?? null].filter(limit => limit !== null)
  const quotaBytes = limits.length === 0 ? null : Math.min(...limits)
  return {
    ...status,
    processes: status.processes.map(process => {
      const recorded = histories.find(({pid}) => pid === process.pid)
      const history =
        recorded === undefined
          ? null
          : readHistory({
              boot: recorded.boot,
              gc: {count: process.gcCount},
              history: recorded.history,
              quota: quotaBytes,
              rss: process.rssBytes,
              used: status.usedBytes,
            })
      return {...process, history: history && judgeHistory(history)}
    }),
    quotaBytes,
  }
}
