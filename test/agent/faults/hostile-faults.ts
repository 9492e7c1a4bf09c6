import {expect} from 'vitest'
import {deriveKey, encode} from '../../../src/lib/protocol/envelope.js'
import {requestChannel} from '../../../src/lib/protocol/messages.js'
import {CREDENTIALS} from '../../support/armed-app.js'
import type {Fault} from './faults.js'
import {outcome} from './faults.js'

const key = deriveKey(CREDENTIALS.secretAccessKey)
const channel = requestChannel('web.1')
const request = (change: object = {}) => ({at: Math.floor(Date.now() / 1000), dyno: 'web.1', id: 'hostile001', traceSeconds: 0, type: 'dump', v: 1, ...change}) as const
const sealed = (change: object = {}) => encode(request(change) as Parameters<typeof encode>[0], channel, key)

/** Sent ten times over; after it the log has at most one line more, and the bucket nothing. */
const ignored = (name: string, payload: () => string): Fault => ({
  async inject(scene) {
    scene.s3.objects.clear()
    const lines = scene.app.heapdumpLines().length
    for (let times = 0; times < 10; times++) await scene.sql('SELECT pg_notify($1, $2)', [channel, payload()])
    // Taken in turn: when this one is answered, those before it were ignored.
    const events = await scene.trigger()
    expect(events.at(-1)).toMatchObject({finished: 2})
    expect(scene.dumps()).toHaveLength(2)
    expect(scene.app.heapdumpLines().length - lines).toBeLessThanOrEqual(1)
    return 'ignored'
  },
  name: `hostile: ${name}`,
})

export const hostileFaults: Fault[] = [
  ignored('forged', () => encode(request(), channel, deriveKey('guessed'))),
  ignored('stale', () => sealed({at: request().at - 301})),
  ignored('malformed', () => '{"v":1,"type":"dump"}'),
  ignored('as long as Postgres lets it', () => '1'.repeat(7999)),
  ignored('of another version', () => sealed().replace(/^1/, '2')),
  {
    name: 'hostile: replayed',
    async inject(scene) {
      scene.s3.objects.clear()
      const payload = sealed({id: `replay${Math.random().toString(36).slice(2, 10)}`})
      for (let times = 0; times < 10; times++) await scene.sql('SELECT pg_notify($1, $2)', [channel, payload])
      for (;;) {
        const events = await scene.trigger()
        if (events.some(event => event.type === 'failed' && event.code === 'busy')) continue
        expect(scene.dumps()).toHaveLength(4)
        return `one dump: ${outcome(events)}`
      }
    },
  },
  {
    name: 'hostile: 10,000 NOTIFYs in a second',
    async inject(scene) {
      const lines = scene.app.heapdumpLines().length
      await scene.sql('SELECT pg_notify($1, repeat(number::text, 100)) FROM generate_series(1, 10000) AS number', [channel])
      const events = await scene.trigger()
      expect(events.at(-1)).toMatchObject({finished: 2})
      expect(scene.app.heapdumpLines().length - lines).toBeLessThanOrEqual(1)
      return `ignored: ${outcome(events)}`
    },
  },
]
