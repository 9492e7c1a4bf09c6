// Asks for confirmation. Prompts on stderr, because stdout is for results.
import {createInterface} from 'node:readline/promises'
import {INTERRUPTED, UserError} from '../errors.js'
import {printable} from '../printable.js'

export type Confirmation = {
  readonly question: string
  /** The word to type; absent: y or yes. */
  readonly word?: string
  /** From the command line: `--yes`, or the word of `--confirm`. */
  readonly given: boolean | string | undefined
  /** The error if there is no terminal to ask on, and what to type instead. */
  readonly unasked?: string
  readonly hint?: string | null
  /** Said if the answer is no: that nothing was changed. */
  readonly refused: string
  readonly signal?: AbortSignal
}

const YES_HINT = 'Use --yes to confirm in a script.'

/** Throws UserError `not_confirmed`: exit status 1 after a no, 2 without a terminal, 130 after Ctrl-C. */
export async function confirm({given, question, refused, signal, word, ...rest}: Confirmation): Promise<void> {
  const {hint = YES_HINT, unasked = 'Confirmation required, but stdin is not a terminal.'} = rest
  const isYes = (answer: string) => (word === undefined ? /^y(es)?$/i.test(answer) : answer === word)
  if (given === true || (typeof given === 'string' && isYes(given))) return
  if (typeof given === 'string') throw new UserError(refused, {code: 'not_confirmed', hint})
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw new UserError(unasked, {code: 'not_confirmed', exit: 2, hint})

  const answer = await ask(question, signal)
  if (answer === 'interrupted') throw new UserError(refused, {code: 'not_confirmed', exit: INTERRUPTED})
  if (!isYes(answer.text)) throw new UserError(refused, {code: 'not_confirmed', wanted: true})
}

/** An optional question: false without a terminal. Throws UserError `not_confirmed` after Ctrl-C. */
export async function isWanted(question: string, refused: string): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return false
  const answer = await ask(question)
  if (answer === 'interrupted') throw new UserError(refused, {code: 'not_confirmed', exit: INTERRUPTED})
  return /^y(es)?$/i.test(answer.text)
}

/** The trimmed answer; empty after Ctrl-D. */
async function ask(question: string, signal?: AbortSignal): Promise<{readonly text: string} | 'interrupted'> {
  const stopped = new AbortController()
  let isInterrupted = signal?.aborted === true
  const stop = () => stopped.abort()
  const interrupt = () => {
    isInterrupted = true
    stop()
  }

  const terminal = createInterface({input: process.stdin, output: process.stderr})
  terminal.once('SIGINT', interrupt)
  terminal.once('close', stop)
  signal?.addEventListener('abort', interrupt, {once: true})
  try {
    return {text: (await terminal.question(printable(question), {signal: stopped.signal})).trim()}
  } catch (error) {
    if (!stopped.signal.aborted) throw error
    process.stderr.write('\n')
    return isInterrupted ? 'interrupted' : {text: ''}
  } finally {
    terminal.close()
  }
}
