// The base of heapdump:query: from dumps and SQL to an answer.
import {warningOf} from '../analysis/report/incomplete.js'
import {DONE_WITH_WARNING, INTERRUPTED, UserError} from '../errors.js'
import type {OnProgress} from '../progress.js'
import {temporaryOf} from '../private-file.js'
import {HeapdumpCommand, type SettingsFlags} from './base-command.js'
import {catchSignals} from './catch-signals.js'
import type {Asked} from './query-flags.js'
import {csvLines, firstRows, type QueryAnswer, rowObjects} from './query-output.js'
import {requireTerminal} from './require-terminal.js'
import type {QuerySession} from './query-session.js'
import type {TableName} from '../tables-of-dump/table-names.js'

type Flags = SettingsFlags & {
  readonly cache: boolean
  readonly csv: boolean
  readonly force: boolean
  readonly parquet?: string | undefined
  readonly 'show-values': boolean
  readonly tables?: readonly TableName[] | undefined
}

export abstract class QueryCommand extends HeapdumpCommand {
  /** Answers and prints. `rows`: the most on a screen, 0 for all. */
  protected async answer({dumps, sql}: Asked, flags: Flags, rows: number): Promise<QueryAnswer | undefined> {
    if (sql === null) {
      requireTerminal({
        dumps,
        needed: '--interactive needs a terminal.',
        occupied: '--interactive reads queries from stdin, so a dump cannot come from stdin.',
        otherwise: 'In a script, write the SQL as an argument, or into a file: --file QUESTION.sql',
      })
    }

    const file = flags.parquet === undefined ? null : await import('./parquet-file.js')
    // Reading can take minutes, so check first that the result can be written.
    await file?.refuseTakenParquet(flags)
    const [{openEngine}, {QuerySession: Session}] = await Promise.all([
      import('../query/open-engine.js'),
      import('./query-session.js'),
    ])
    const found = await this.findDumps(dumps, flags)
    const engine = await openEngine({writable: flags.parquet === undefined ? null : temporaryOf(flags.parquet)})
    const session = new Session(engine, found, {
      only: flags.tables ?? null,
      reading: await this.reading(flags),
      showValues: flags['show-values'],
    })
    if (sql === null) {
      const {typeQueries} = await import('./type-queries.js')
      await typeQueries(session, {
        prepare: text => this.prepare(session, text),
        print: text => this.print(text),
        rows,
        say: (...lines) => this.say(...lines),
      }).finally(() => session.close())
      return
    }

    const stop = catchSignals('SIGINT', 'SIGTERM', 'SIGHUP')
    stop.signal.addEventListener('abort', () => void session.interrupt())
    try {
      await this.prepare(session, sql)
      // Nothing may have noticed it between two steps.
      if (stop.signal.aborted) throw stopped()
      const answer = file === null ? await this.printAnswer(session, sql, flags, rows) : undefined
      if (file !== null) this.say(await file.writeParquet(flags, session, sql))
      await this.warnIfAnyTruncated(session)
      return answer
    } catch (error) {
      throw stop.signal.aborted ? stopped(error) : error
    } finally {
      stop.release()
      await session.close()
    }
  }

  private async prepare(session: QuerySession, sql: string): Promise<void> {
    await this.withProgress((onProgress: OnProgress) => session.prepare(sql, onProgress))
  }

  private async printAnswer(
    session: QuerySession,
    sql: string,
    {csv}: Flags,
    most: number,
  ): Promise<QueryAnswer | undefined> {
    const result = await session.ask(sql)
    if (this.jsonEnabled()) return {columns: result.columns, dumps: session.ids, rows: await rowObjects(result)}
    if (csv) for await (const lines of csvLines(result)) this.log(...lines)
    else await this.show('QueryResult', await firstRows(result, most))
  }

  private async warnIfAnyTruncated(session: QuerySession): Promise<void> {
    const cut = await session.truncated()
    if (cut.length === 0) return
    process.exitCode = DONE_WITH_WARNING
    const warning = warningOf({gzipFault: null, truncated: true}) ?? ''
    this.warn(session.ids.length === 1 ? warning : `${cut.join(', ')}: ${warning}`)
  }
}

function stopped(cause?: unknown): UserError {
  return new UserError('Stopped.', {cause, code: 'interrupted', exit: INTERRUPTED})
}
