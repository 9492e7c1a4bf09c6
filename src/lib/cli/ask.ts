// One question on the terminal, on stderr, so that stdout stays the result's.
import {createInterface} from 'node:readline/promises'
import {printable} from '../printable.js'

/** The answer without blanks around it; null after Ctrl-C or Ctrl-D. */
export async function ask(question: string, signal?: AbortSignal): Promise<string | null> {
  const stopped = new AbortController()
  const stop = () => stopped.abort()
  const terminal = createInterface({input: process.stdin, output: process.stderr})
  terminal.once('SIGINT', stop)
  terminal.once('close', stop)
  signal?.addEventListener('abort', stop, {once: true})
  try {
    return (await terminal.question(printable(question), {signal: stopped.signal})).trim()
  } catch (error) {
    if (!stopped.signal.aborted) throw error
    process.stderr.write('\n')
    return null
  } finally {
    terminal.close()
  }
}
