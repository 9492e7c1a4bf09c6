import {createHmac} from 'node:crypto'
import {readFileSync} from 'node:fs'
import {describe, expect, it} from 'vitest'
import {decode, decodeEvent, deriveKey, encode, EventOrder} from '../../../src/lib/protocol/envelope.js'
import {findSecret, requireSecret} from '../../../src/lib/protocol/secret.js'
import {type DumpRequest, replyChannel, requestChannel} from '../../../src/lib/protocol/messages.js'

type Case = {readonly name: string; readonly payload: string; readonly outcome: string}
const read = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../fixtures/protocol/${name}`, import.meta.url), 'utf8'))
const requests = read('requests.json') as {secret: string; key: string; channel: string; cases: Case[]}
const channels = read('channels.json') as {cases: Array<{dyno: string; channel: string}>}
const key = deriveKey(requests.secret)
const request: DumpRequest = {at: 1_732_424_083, dyno: 'web.1', id: 'k3f9q2m8x1', traceSeconds: 0, type: 'dump', v: 1}

describe('envelope', () => {
  it('derives the key that the agent derives', () => {
    expect(key.toString('hex')).toBe(requests.key)
  })

  // What only the agent can judge (its clock, its dyno) has passed the envelope.
  const outcomeOfEnvelope = (outcome: string) =>
    ['early', 'stale', 'invalid', 'other_dyno'].includes(outcome) ? 'ok' : outcome
  it.each(requests.cases)('$name: $outcome', ({payload, outcome}) => {
    const decoded = decode(payload, requests.channel, key)
    expect(decoded.ok ? 'ok' : decoded.reason).toBe(outcomeOfEnvelope(outcome))
  })

  it('refuses what Postgres would refuse', () => {
    const long = {...request, dyno: 'x'.repeat(8000)}
    expect(() => encode(long, requests.channel, key)).toThrow('does not fit')
    expect(decode(`1.${'0'.repeat(64)}.{${'x'.repeat(8000)}}`, requests.channel, key)).toEqual({
      ok: false,
      reason: 'oversized',
    })
  })

  it('reads what it wrote, and only events of the request asked for', () => {
    const channel = replyChannel('k3f9q2m8x1')
    const event = {
      dyno: 'web.1',
      failed: 0,
      finished: 2,
      id: 'k3f9q2m8x1',
      n: 1_732_424_083_000,
      type: 'done',
      v: 1,
    } as const
    const payload = encode(event, channel, key)
    expect(decodeEvent(payload, 'k3f9q2m8x1', channel, key)).toEqual(event)
    expect(decodeEvent(payload, 'another0id', channel, key)).toBeNull()
    expect(decodeEvent(payload, 'k3f9q2m8x1', channel, deriveKey('wrong'))).toBeNull()
    expect(decodeEvent(encode(request, channel, key), 'k3f9q2m8x1', channel, key)).toBeNull()
    expect(decodeEvent(encode({...event, n: undefined} as never, channel, key), 'k3f9q2m8x1', channel, key)).toBeNull()
    // A later agent, which signs alike; and somebody who has written its version on what this one has signed.
    const later = '{"v":2,"type":"done","id":"k3f9q2m8x1"}'
    const signature = createHmac('sha256', key).update(`2\n${channel}\n${later}`).digest('hex')
    expect(() => decodeEvent(`2.${signature}.${later}`, 'k3f9q2m8x1', channel, key)).toThrow(
      'different protocol version',
    )
    expect(decodeEvent(`2${payload.slice(1)}`, 'k3f9q2m8x1', channel, key)).toBeNull()
  })

  it('takes a code of a later agent for one that it does not know', () => {
    const channel = replyChannel('k3f9q2m8x1')
    const failed = {
      code: 'no_moon',
      dyno: 'web.1',
      id: 'k3f9q2m8x1',
      message: 'm',
      n: 1,
      pid: null,
      type: 'failed',
      v: 1,
    }
    const payload = encode(failed as never, channel, key)
    expect(decodeEvent(payload, 'k3f9q2m8x1', channel, key)).toMatchObject({code: 'unknown', message: 'm'})
  })

  it('tells a new event from one that is sent again, whichever dyno it is of', () => {
    const order = new EventOrder()
    const events = [
      ['web.1', 5],
      ['web.1', 6],
      ['web.1', 5],
      ['web.1', 6],
      ['web.2', 2],
      ['web.1', 9],
      ['web.2', 2],
    ] as const
    const isNew = events.map(([dyno, n]) => order.isNew({dyno, id: 'k3f9q2m8x1', n, type: 'alive', v: 1}))
    expect(isNew).toEqual([true, true, false, false, true, true, false])
  })

  it('prefers the secret made for this', () => {
    expect(findSecret({AWS_SECRET_ACCESS_KEY: 'b', BUCKETEER_AWS_SECRET_ACCESS_KEY: 'c', HEAPDUMP_SECRET: 'a'})).toBe(
      'a',
    )
    expect(findSecret({AWS_SECRET_ACCESS_KEY: 'b', BUCKETEER_AWS_SECRET_ACCESS_KEY: 'c'})).toBe('b')
    expect(findSecret({BUCKETEER_AWS_SECRET_ACCESS_KEY: 'c'})).toBe('c')
    expect(findSecret({HEAPDUMP_SECRET: ''})).toBeNull()
    expect(requireSecret({source: '.env', vars: {HEAPDUMP_SECRET: 'a'}})).toBe('a')
    expect(() => requireSecret({source: '.env', vars: {HEAPDUMP_SECRET: ''}})).toThrow(
      expect.objectContaining({code: 'no_secret', message: expect.stringMatching(/^\.env has no secret/)}),
    )
  })
})

it('plugin and agent are released together', () => {
  const {version} = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
    version: string
  }
  expect(readFileSync(new URL('../../../buildpack/agent/heapdump/version.rb', import.meta.url), 'utf8')).toContain(
    `VERSION = '${version}'`,
  )
})

it.each(channels.cases)('channel of $dyno', ({dyno, channel}) => {
  expect(requestChannel(dyno)).toBe(channel)
})
