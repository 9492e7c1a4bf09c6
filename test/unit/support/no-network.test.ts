import {get} from 'node:https'
import {connect} from 'node:net'
import {describe, expect, it} from 'vitest'
import {startS3Double} from '../../support/s3-double.js'

const failure = (emitter: {once(event: 'error', listener: (error: Error) => void): unknown}) =>
  new Promise<string>(resolve => emitter.once('error', error => resolve(error.message)))

describe('a unit test', () => {
  it('cannot connect to the outside', async () => {
    expect(await failure(connect(443, '192.0.2.1'))).toContain('tried to connect to 192.0.2.1')
    expect(await failure(get('https://api.heroku.com/apps'))).toContain('tried to connect to api.heroku.com')
    await expect(fetch('https://api.heroku.com/apps')).rejects.toThrow()
  })

  it('can connect to loopback', async () => {
    const s3 = await startS3Double({accessKeyId: 'A', bucket: 'b', secretAccessKey: 'S'})
    expect((await fetch(`${s3.endpoint}/b`)).status).toBe(403)
    await s3.stop()
  })
})
