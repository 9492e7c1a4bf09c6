// A real database, a real bucket's double, and the CLI's own half of the conversation: what a test says to a real agent.
import {requestDump, type DumpRequestOptions} from '../../src/lib/agent/request-dump.js'
import {newRequestId} from '../../src/lib/protocol/ids.js'
import {parseDatabaseUrl} from '../../src/lib/heroku/database.js'
import {NotifyConnection} from '../../src/lib/postgres/notify-connection.js'
import type {AgentEvent} from '../../src/lib/protocol/messages.js'
import {startPostgres} from './postgres.js'
import {startS3Double} from './s3-double.js'

export const SECRET = 'a-secret-of-the-tests-and-of-nobody-else'

/** Postgres and bucket for one test file. */
export async function startBackstage() {
  const [postgres, s3] = await Promise.all([
    startPostgres(),
    startS3Double({
      accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
      bucket: 'dumps',
      secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
    }),
  ])
  const env = {
    AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
    AWS_ENDPOINT_URL_S3: s3.endpoint,
    AWS_S3_BUCKET_NAME: 'dumps',
    AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
    DATABASE_URL: postgres.url,
    HEAPDUMP_SECRET: SECRET,
  }
  const connect = () => NotifyConnection.open(parseDatabaseUrl(postgres.url, 'the test'))
  return {
    connect,
    env,
    postgres,
    s3,
    async stop(): Promise<void> {
      await Promise.all([postgres.stop(), s3.stop()])
    },
    /** Every event of one request, up to `done` or a refusal. */
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
