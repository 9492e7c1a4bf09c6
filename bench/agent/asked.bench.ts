// Also run by npm run soak: what requests leave in the listening process. A month of `status`, one a minute, as fast as
// the agent answers; then 10,000 refused dump requests, each of which the ledger remembers.
//   HEAPDUMP_ASKED_MINUTES=43200 HEAPDUMP_ASKED_REQUESTS=10000
import {statSync} from 'node:fs'
import {join} from 'node:path'
import {expect, it} from 'vitest'
import {type Question, askAgents} from '../../src/lib/agent/ask-agents.js'
import {CREDENTIALS, connect} from '../../test/support/enabled-app.js'
import {descriptorsOf, rssBytesOf, threadsOf} from '../../test/support/processes.js'
import {settingOf} from './setting.js'

const MINUTES = Number(process.env.HEAPDUMP_ASKED_MINUTES ?? 43_200)
const REQUESTS = Number(process.env.HEAPDUMP_ASKED_REQUESTS ?? 10_000)
const STEPS = 6
/** Limited, because a session gets slower with each channel that it listens on. */
const QUESTIONS_A_CONNECTION = 500
const MEGABYTE = 1_000_000
const setting = settingOf({vars: {HEAPDUMP_REDACT: 'always'}, workers: 0})

/** Returns the answer's type, or the code of the refusal. */
async function ask(connection: Awaited<ReturnType<typeof connect>>, question: Question): Promise<string> {
  const secret = CREDENTIALS.secretAccessKey
  try {
    const options = {answerTimeoutMs: 20_000, dyno: 'web.1', question, secret, target: ''}
    const [answer] = await askAgents(connection, options)
    return answer?.type ?? 'no answer'
  } catch (error) {
    return (error as {code?: string}).code ?? String(error)
  }
}

async function askOften(count: number, question: Question): Promise<ReadonlySet<string>> {
  const answers = new Set<string>()
  for (let asked = 0; asked < count; asked += QUESTIONS_A_CONNECTION) {
    const connection = await connect(setting.postgres.url)
    try {
      for (let at = asked; at < Math.min(count, asked + QUESTIONS_A_CONNECTION); at++) {
        answers.add(await ask(connection, question))
      }
    } finally {
      await connection.close()
    }
  }

  return answers
}

async function measured(name: string, count: number, question: Question, answer: string): Promise<void> {
  const {app} = setting
  const ledger = join((await app.rendezvous())!, 'requests.json')
  const sizes: number[] = []
  for (let step = 0; step < STEPS; step++) {
    expect(await askOften(count / STEPS, question)).toEqual(new Set([answer]))
    sizes.push(rssBytesOf(app.pid))
    const kilobytes = (statSync(ledger, {throwIfNoEntry: false})?.size ?? 0) / 1000
    const had = `${threadsOf(app.pid)} threads, ${descriptorsOf(app.pid).length} descriptors, ledger ${kilobytes} kB`
    console.log(
      `${Math.round((count / STEPS) * (step + 1))} ${name}: ${(sizes[step] / MEGABYTE).toFixed(1)} MB, ${had}`,
    )
  }

  // Compares with the first step, in which the process allocates what it needs only once.
  expect(sizes.at(-1)! - sizes[0]).toBeLessThan(5 * MEGABYTE)
  expect(statSync(ledger, {throwIfNoEntry: false})?.size ?? 0).toBeLessThan(150_000)
}

it('a month of status leaves nothing behind', () =>
  measured('times status', MINUTES, {history: true, type: 'status'}, 'status'))

it('refused requests leave a ledger of bounded size', () =>
  measured('requests', REQUESTS, {redact: false, traceSeconds: 0, type: 'dump'} as Question, 'must_redact'))
