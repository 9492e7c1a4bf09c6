// The one question before what can't be undone. Asked on stderr, so that stdout stays the result's.
import {createInterface} from 'node:readline/promises'
import {INTERRUPTED, UserError} from '../errors.js'
import {printable} from '../printable.js'

export type Confirmation = {
  readonly question: string
  /** What has to be typed; absent: y or yes. */
  readonly word?: string
  /** What the command line says already: `--yes`, or the word of `--confirm`. */
  readonly given: boolean | string | undefined
  /** What to say where nobody can be asked, and what to type in its place. */
  readonly unasked?: string
  readonly hint?: string | null
  /** What to say when the answer is no: that nothing has happened. */
  readonly refused: string
  readonly signal?: AbortSignal
}

const YES_HINT = 'In a script, say so beforehand with --yes.'

/** Throws UserError `not_confirmed`: exit status 1 after a no, 2 where nobody can be asked, 130 after Ctrl-C. */
export async function confirm({given, question, refused, signal, word, ...rest}: Confirmation): Promise<void> {
  const {hint = YES_HINT, unasked = 'Nobody is there to agree: standard input is no terminal.'} = rest
  const agrees = (answer: string) => (word === undefined ? /^y(es)?$/i.test(answer) : answer === word)
  if (given === true || (typeof given === 'string' && agrees(given))) return
  if (typeof given === 'string') throw new UserError(refused, {code: 'not_confirmed', hint})
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw new UserError(unasked, {code: 'not_confirmed', exit: 2, hint})

  const answer = await ask(question, signal)
  if (answer === 'interrupted') throw new UserError(refused, {code: 'not_confirmed', exit: INTERRUPTED})
  if (!agrees(answer.text)) throw new UserError(refused, {code: 'not_confirmed'})
}

/** What may be left as it is: no where nobody can be asked. Throws UserError `not_confirmed` after Ctrl-C. */
export async function isWanted(question: string, refused: string): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return false
  const answer = await ask(question)
  if (answer === 'interrupted') throw new UserError(refused, {code: 'not_confirmed', exit: INTERRUPTED})
  return /^y(es)?$/i.test(answer.text)
}

/** The answer without blanks around it; after Ctrl-D it is empty. */
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
