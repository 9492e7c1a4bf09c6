// What is stored is encrypted, and is what was sent.
import {createHash} from 'node:crypto'
import {afterAll, afterEach, beforeAll, describe, expect, it} from 'vitest'
import {type ArmedRuby, startArmedRuby} from '../support/armed-ruby.js'
import {startBackstage} from '../support/ask-agent.js'

describe('a stored dump', () => {
  let backstage: Awaited<ReturnType<typeof startBackstage>>
  let ruby: ArmedRuby
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

  /** Enough of what does not compress for an upload in parts. */
  const LARGE = 'KEPT = Array.new(20_000) { Random.bytes(300).unpack1("H*") }; sleep'
  const arm = async (env: Record<string, string> = {}, script?: string) => {
    ruby = await startArmedRuby({env: {...backstage.env, ...env}, script})
  }

  const encryption = () =>
    [...backstage.s3.objects.values()].map(({headers}) => headers['x-amz-server-side-encryption'])
  const sent = (name: string) =>
    backstage.s3.requests
      .filter(({method}) => method !== 'HEAD')
      .map(({headers, operation}) => [operation, headers[name]])

  it('is encrypted with the keys of S3, and every body has its checksum', async () => {
    await arm({}, LARGE)
    expect((await backstage.trigger({redact: false})).at(-1)).toMatchObject({finished: 1})
    const operations = Object.fromEntries(sent('x-amz-server-side-encryption'))
    expect(operations).toEqual({
      CompleteMultipartUpload: undefined,
      CreateMultipartUpload: 'AES256',
      PutObject: 'AES256',
      UploadPart: undefined,
    })
    expect(encryption()).toEqual(['AES256', 'AES256'])
    const withBody = sent('content-md5').filter(([operation]) => operation !== 'CreateMultipartUpload')
    expect(withBody.length).toBeGreaterThanOrEqual(4)
    for (const [, md5] of withBody) expect(md5).toMatch(/^[A-Za-z0-9+/]{22}==$/)
    const [facts] = [...backstage.s3.objects].filter(([key]) => key.endsWith('.facts'))
    expect(Object.fromEntries(sent('content-md5')).PutObject).toBe(
      createHash('md5').update(facts[1].body).digest('base64'),
    )
  })

  it('is encrypted with the key of KMS that a config var names, and not at all where a store knows nothing of it', async () => {
    const key = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd'
    await arm({HEAPDUMP_KMS_KEY_ID: key})
    expect((await backstage.trigger()).at(-1)).toMatchObject({finished: 1})
    for (const {headers} of backstage.s3.objects.values()) {
      expect(headers).toMatchObject({
        'x-amz-server-side-encryption': 'aws:kms',
        'x-amz-server-side-encryption-aws-kms-key-id': key,
      })
    }

    await ruby.stop()
    backstage.s3.requests.length = 0
    await arm({HEAPDUMP_ENCRYPTION: 'none'})
    expect((await backstage.trigger()).at(-1)).toMatchObject({finished: 1})
    expect(sent('x-amz-server-side-encryption')).toEqual([
      ['PutObject', undefined],
      ['PutObject', undefined],
    ])
  })

  it('is sent again when S3 stored something else, and given up when that does not help', async () => {
    await arm({}, LARGE)
    const wrong = {answerHeaders: {etag: '"00000000000000000000000000000000"'}, operation: 'UploadPart'}
    backstage.s3.faults.add(wrong)
    expect((await backstage.trigger({redact: false})).at(-1)).toMatchObject({finished: 1})
    backstage.s3.faults.add({...wrong, times: Infinity})
    expect((await backstage.trigger({redact: false})).at(-2)).toMatchObject({
      code: 'upload_failed',
      message: 'S3 stored something else than was sent',
    })
    expect(backstage.s3.uploads.size).toBe(0)
  })
})
