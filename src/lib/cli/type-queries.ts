// Queries that are typed, one after another. A query ends with a semicolon, and may have several lines.
import {createInterface} from 'node:readline'
import {UserError} from '../errors.js'
import {wordsFor} from '../query/completion.js'
import {isWhole} from '../query/sql-tokens.js'
import {drawScreen} from '../render/screens.js'
import {firstRows} from './query-output.js'
import type {QuerySession} from './query-session.js'

type Terminal = {
  readonly prepare: (sql: string) => Promise<void>
  readonly print: (screen: string) => void
  readonly say: (...lines: readonly string[]) => void
  /** The most on a screen, 0 for all. */
  readonly rows: number
}

const PROMPT = 'sql> '
const MORE = '  -> '
const WELCOME =
  'End a query with a semicolon. Tab completes names of tables and columns; DESCRIBE objects; lists columns. Ctrl-D ends.'

/** Resolves at the end of input. Reads stdin, which is a terminal. */
export async function typeQueries(session: QuerySession, {prepare, print, rows, say}: Terminal): Promise<void> {
  const lines = createInterface({
    completer: (line: string) => wordsFor(line),
    input: process.stdin,
    output: process.stdout,
    prompt: PROMPT,
    terminal: true,
  })
  let typed = ''
  let isAsking = false
  let isStopped = false
  lines.on('SIGINT', () => {
    if (isAsking) {
      isStopped = true
      void session.interrupt()
    } else {
      typed = ''
      // Deletes the line.
      lines.write(null, {ctrl: true, name: 'e'})
      lines.write(null, {ctrl: true, name: 'u'})
      say('')
      lines.setPrompt(PROMPT)
      lines.prompt()
    }
  })
  say(WELCOME)
  lines.prompt()
  for await (const line of lines) {
    typed += typed === '' ? line : `\n${line}`
    const sql = typed.trim()
    const isComplete = isWhole(sql)
    if (isComplete || sql === '') {
      typed = ''
      if (sql === 'quit;' || sql === 'exit;') break
    }

    if (isComplete) {
      isAsking = true
      isStopped = false
      try {
        await prepare(sql)
        print(await drawScreen('QueryResult', await firstRows(await session.ask(sql), rows)))
      } catch (error) {
        if (isStopped) say('Stopped.')
        else if (!(error instanceof UserError)) throw error
        else say(error.message, ...(error.hint?.split('\n') ?? []))
      } finally {
        isAsking = false
      }
    }

    lines.setPrompt(typed === '' ? PROMPT : MORE)
    lines.prompt()
  }

  lines.close()
}
