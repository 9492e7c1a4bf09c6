// One question to the dyno, or the dynos, that `--dyno` means: `web.1` is one dyno, `web` every web dyno with an agent.
import {type AnswerTo, askAgents, type AskOptions, type Question} from '../agent/ask-agents.js'
import {UserError} from '../errors.js'
import type {NotifyConnection} from '../postgres/notify-connection.js'
import {isProcessType, processTypeOf} from '../process-type.js'

/**
 * `named` null: every dyno. Only a question about the state can go to a whole process type; any other goes to its only
 * dyno. Throws the UserErrors of onlyDyno and askAgents.
 */
export async function askDyno<Asked extends Question>(
  named: string | null,
  connection: NotifyConnection,
  options: Omit<AskOptions<Asked>, 'dyno'>,
): Promise<ReadonlyArray<AnswerTo<Asked>>> {
  if (named === null || !isProcessType(named)) return askAgents(connection, {...options, dyno: named})
  const {question} = options
  if (question.type === 'status') return ofType(named, await askAgents(connection, {...options, dyno: null}))
  const found = ofType(named, await askAgents(connection, {...options, dyno: null, question: {type: 'status'}}))
  const only = onlyDyno(named, found)
  return only === null ? [] : askAgents(connection, {...options, dyno: only})
}

/** null: none. Throws UserError `no_dyno` if there are several. */
export function onlyDyno(named: string, agents: ReadonlyArray<{readonly dyno: string}>): string | null {
  const [first, ...others] = agents.map(({dyno}) => dyno)
  if (first === undefined || others.length === 0) return first ?? null
  throw new UserError(`${named} means ${agents.length} dynos: ${[first, ...others].join(', ')}.`, {
    code: 'no_dyno',
    exit: 2,
    hint: `Name one of them: --dyno ${first}`,
  })
}

function ofType<Answer extends {readonly dyno: string}>(type: string, answers: readonly Answer[]): readonly Answer[] {
  return answers.filter(({dyno}) => processTypeOf(dyno) === type)
}
