import {expect} from 'vitest'
import {deriveKey, encode} from '../../../src/lib/protocol/envelope.js'
import {requestChannel} from '../../../src/lib/protocol/messages.js'
import {CREDENTIALS} from '../../support/enabled-app.js'
import {eventually} from '../../support/eventually.js'
import type {Fault} from './faults.js'
import type {Scene} from './stage.js'

const key = deriveKey(CREDENTIALS.secretAccessKey)
const channel = requestChannel('web.1')
const request = (change: object = {}) =>
  ({
    at: Math.floor(Date.now() / 1000),
    dyno: 'web.1',
    id: 'hostile001',
    traceSeconds: 0,
    type: 'dump',
    v: 1,
    ...change,
  }) as const
const sealed = (change: object = {}) => encode(request(change) as Parameters<typeof encode>[0], channel, key)

/** After the next trigger, checks that the payload was ignored: it caused no dump, and at most one new log line. */
function ignored(name: string, send: (scene: Scene) => Promise<unknown>): Fault {
  let linesBefore = 0
  return {
    afterwards(scene) {
      expect(scene.dumps()).toHaveLength(2)
      expect(scene.app.heapdumpLines().length - linesBefore).toBeLessThanOrEqual(1)
    },
    async inject(scene) {
      scene.s3.objects.clear()
      linesBefore = scene.app.heapdumpLines().length
      await send(scene)
      return 'ignored'
    },
    name: `hostile: ${name}`,
  }
}

async function notify({sql}: Scene, payload: string) {
  for (let times = 0; times < 10; times++) await sql('SELECT pg_notify($1, $2)', [channel, payload])
}

export const hostileFaults: Fault[] = [
  ignored('forged', scene => notify(scene, encode(request(), channel, deriveKey('guessed')))),
  ignored('stale', scene => notify(scene, sealed({at: request().at - 301}))),
  ignored('malformed', scene => notify(scene, '{"v":1,"type":"dump"}')),
  ignored('as long as Postgres allows', scene => notify(scene, '1'.repeat(7999))),
  ignored('labelled as another version', scene => notify(scene, sealed().replace(/^1/, '2'))),
  ignored('10,000 NOTIFYs in a second', ({sql}) =>
    sql('SELECT pg_notify($1, repeat(number::text, 100)) FROM generate_series(1, 10000) AS number', [channel]),
  ),
  {
    name: 'hostile: replayed',
    async inject(scene) {
      scene.s3.objects.clear()
      await notify(scene, sealed({id: `replay${Math.random().toString(36).slice(2, 10)}`}))
      await eventually('it is dumped once', () => scene.dumps().length === 2)
      return 'one dump'
    },
    afterwards: scene => expect(scene.dumps()).toHaveLength(4),
  },
]
