// Which tables a session fills, and when it refuses to.
import {fileURLToPath} from 'node:url'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {QuerySession, type SessionOptions} from '../../../src/lib/cli/query-session.js'
import {findDumps} from '../../../src/lib/inputs/named-dump.js'
import {ignoreProgress} from '../../../src/lib/progress.js'
import {openEngine} from '../../../src/lib/query/open-engine.js'

const dump = fileURLToPath(new URL('../../fixtures/dumps/ruby-2.7-owners.json.gz', import.meta.url))

let session: QuerySession | null = null
beforeEach(() => {
  session = null
})
afterEach(() => session?.close())

async function open(options: Partial<SessionOptions> = {}): Promise<QuerySession> {
  const dumps = await findDumps([dump], process.stdin, () => Promise.reject(new Error('No bucket is needed.')))
  const engine = await openEngine({writable: null})
  session = new QuerySession(engine, dumps, {only: null, reading: {caches: null}, showValues: false, ...options})
  return session
}

const prepare = async (sql: string, options: Partial<SessionOptions> = {}) =>
  (await open(options)).prepare(sql, ignoreProgress)

describe('a session', () => {
  it('fills what a query reads, once, and later what another reads', async () => {
    const opened = await open()
    const count = async (sql: string) => {
      const phases: string[] = []
      await opened.prepare(sql, ({phase}) => phases.push(phase))
      const {rows} = await opened.ask(sql)
      for await (const [[first]] of rows) return {filled: phases.some(phase => phase.startsWith('filling')), first}
    }
    expect(await count('SELECT count(*) > 50 FROM classes')).toEqual({filled: true, first: true})
    expect(await count('SELECT max(objects) > 50 FROM classes')).toEqual({filled: false, first: true})
    expect(await count('SELECT count(*) > 1000 FROM objects')).toEqual({filled: true, first: true})
  })

  it('says before it fills them that tables are too large for the memory', async () => {
    await expect(
      prepare('SELECT * FROM objects JOIN refs ON source = address', {mostBytes: 1e6}),
    ).rejects.toMatchObject({
      code: 'query_too_large',
      hint: expect.stringContaining('--tables objects'),
      message: expect.stringMatching(
        /^The tables objects and refs of \S+ would take [\d.]+ MB of memory, and 1\.0 MB is/,
      ),
    })
  })

  it('fills small tables whatever the memory', async () => {
    await prepare('SELECT * FROM owners', {mostBytes: 1e3})
  })

  it('fills no other tables than those that --tables names', async () => {
    await prepare('SELECT * FROM classes', {only: ['classes']})
    await session?.close()
    await expect(prepare('SELECT * FROM refs', {only: ['classes', 'objects']})).rejects.toMatchObject({
      code: 'wrong_use',
      message: 'The query reads refs, but --tables fills only classes, objects.',
    })
  })

  it('reports wrong SQL before it reads a dump', async () => {
    const phases: string[] = []
    const opened = await open()
    await expect(opened.prepare('SELECT nothing FROM objects', ({phase}) => phases.push(phase))).rejects.toMatchObject({
      code: 'query_wrong',
    })
    expect(phases).toEqual([])
  })
})
