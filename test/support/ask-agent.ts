// Lets tests talk to a real agent: a real database, the bucket double, and the CLI's half of the conversation.
import {requestDump, type DumpRequestOptions} from '../../src/lib/agent/request-dump.js'
import {newRequestId} from '../../src/lib/protocol/ids.js'
import {parseDatabaseUrl} from '../../src/lib/heroku/database.js'
import {NotifyConnection} from '../../src/lib/postgres/notify-connection.js'
import type {AgentEvent} from '../../src/lib/protocol/messages.js'
import {startServices} from './services.js'

export const SECRET = 'a-secret-that-only-the-tests-use'

/** Starts Postgres and a bucket for one test file. */
export async function startBackstage() {
  const {postgres, s3, stop, vars} = await startServices()
  const env = {...vars, HEAPDUMP_SECRET: SECRET}
  const connect = () => NotifyConnection.open(parseDatabaseUrl(postgres.url, 'the test'))
  return {
    connect,
    env,
    postgres,
    s3,
    stop,
    /** Requests a dump. Returns every event, up to `done` or a refusal. */
    async trigger(
      options: Partial<DumpRequestOptions> = {},
      onEvent: (event: AgentEvent) => unknown = () => {},
    ): Promise<AgentEvent[]> {
      const connection = await connect()
      const events: AgentEvent[] = []
      try {
        for await (const event of requestDump(connection, {
          answerTimeoutMs: 20_000,
          dyno: 'web.1',
          id: newRequestId(),
          secret: SECRET,
          traceSeconds: 0,
          ...options,
        })) {
          events.push(event)
          await onEvent(event)
        }
      } finally {
        await connection.close()
      }

      return events
    },
  }
}
