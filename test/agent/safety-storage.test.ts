// Stored objects are encrypted, and identical to what was sent.
import {createHash} from 'node:crypto'
import {afterAll, afterEach, beforeAll, describe, expect, it} from 'vitest'
import {type EnabledRuby, startEnabledRuby} from '../support/enabled-ruby.js'
import {startBackstage} from '../support/ask-agent.js'

describe('a stored dump', () => {
  let backstage: Awaited<ReturnType<typeof startBackstage>>
  let ruby: EnabledRuby
  beforeAll(async () => {
    backstage = await startBackstage()
  })
  afterEach(async () => {
    await ruby?.stop()
    backstage.s3.objects.clear()
    backstage.s3.requests.length = 0
    backstage.s3.faults.clear()
  })
  afterAll(() => backstage?.stop())

  /** Enough incompressible data for an upload in parts. */
  const LARGE = 'KEPT = Array.new(20_000) { Random.bytes(300).unpack1("H*") }; sleep'
  const boot = async (env: Record<string, string> = {}, script?: string) => {
    ruby = await startEnabledRuby({env: {...backstage.env, ...env}, script})
  }

  const encryption = () =>
    [...backstage.s3.objects.values()].map(({headers}) => headers['x-amz-server-side-encryption'])
  const sent = (name: string) =>
    backstage.s3.requests
      .filter(({method}) => method !== 'HEAD')
      .map(({headers, operation}) => [operation, headers[name]])

  it('is encrypted with S3’s keys, and every body has its checksum', async () => {
    await boot({}, LARGE)
    expect((await backstage.trigger({redact: false})).at(-1)).toMatchObject({finished: 1})
    const operations = Object.fromEntries(sent('x-amz-server-side-encryption'))
    expect(operations).toEqual({
      CompleteMultipartUpload: undefined,
      CreateMultipartUpload: 'AES256',
      PutObject: 'AES256',
      UploadPart: undefined,
    })
    // The dump, its memory record and its facts.
    expect(encryption()).toEqual(['AES256', 'AES256', 'AES256'])
    const withBody = sent('content-md5').filter(([operation]) => operation !== 'CreateMultipartUpload')
    expect(withBody.length).toBeGreaterThanOrEqual(4)
    for (const [, md5] of withBody) expect(md5).toMatch(/^[A-Za-z0-9+/]{22}==$/)
    const [facts] = [...backstage.s3.objects].filter(([key]) => key.endsWith('.facts'))
    expect(Object.fromEntries(sent('content-md5')).PutObject).toBe(
      createHash('md5').update(facts[1].body).digest('base64'),
    )
  })

  it('is encrypted with the KMS key from the config var, or not at all with HEAPDUMP_ENCRYPTION=none', async () => {
    const key = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd'
    await boot({HEAPDUMP_KMS_KEY_ID: key})
    expect((await backstage.trigger()).at(-1)).toMatchObject({finished: 1})
    for (const {headers} of backstage.s3.objects.values()) {
      expect(headers).toMatchObject({
        'x-amz-server-side-encryption': 'aws:kms',
        'x-amz-server-side-encryption-aws-kms-key-id': key,
      })
    }

    await ruby.stop()
    backstage.s3.requests.length = 0
    await boot({HEAPDUMP_ENCRYPTION: 'none'})
    expect((await backstage.trigger()).at(-1)).toMatchObject({finished: 1})
    expect(sent('x-amz-server-side-encryption')).toEqual([
      ['PutObject', undefined],
      ['PutObject', undefined],
      ['PutObject', undefined],
    ])
  })

  it('is sent again if S3 stored something else, and fails if that does not help', async () => {
    await boot({}, LARGE)
    const wrong = {answerHeaders: {etag: '"00000000000000000000000000000000"'}, operation: 'UploadPart'}
    backstage.s3.faults.add(wrong)
    expect((await backstage.trigger({redact: false})).at(-1)).toMatchObject({finished: 1})
    backstage.s3.faults.add({...wrong, times: Infinity})
    expect((await backstage.trigger({redact: false})).at(-2)).toMatchObject({
      code: 'upload_failed',
      message: 'S3 stored something other than what was sent',
    })
    expect(backstage.s3.uploads.size).toBe(0)
  })
})
