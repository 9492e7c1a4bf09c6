// Failures of S3, and the messages for them.
import {afterEach, describe, expect, it} from 'vitest'
import HeapdumpAnalyze from '../../../src/commands/heapdump/analyze.js'
import HeapdumpDownload from '../../../src/commands/heapdump/download.js'
import HeapdumpScheduleList from '../../../src/commands/heapdump/schedule/list.js'
import HeapdumpList from '../../../src/commands/heapdump/list.js'
import {type TestBucket, openBucket, realDump, storedDump} from '../../support/bucket.js'
import {runCommand} from '../../support/run-command.js'
import {TIMEOUTS} from '../../../src/lib/store/guard-answers.js'
import {createHash} from 'node:crypto'
import {readFile, readdir} from 'node:fs/promises'
import {join} from 'node:path'

const DUMP = '20261124T081200Z-web.1-14-k3f9q2m8x1'
let bucket: TestBucket
afterEach(() => bucket.close())

async function given(vars: Record<string, string | undefined> = {}): Promise<void> {
  bucket = await openBucket(vars)
  bucket.s3.seed(storedDump(DUMP))
}

async function errorOf(command: Parameters<typeof runCommand>[0], ...args: string[]) {
  const {code, stdout} = await runCommand(command, ['--env', bucket.envFile, '--json', ...args])
  return {...(JSON.parse(stdout) as {error: {code: string; message: string; hint: string}}).error, exit: code}
}

describe('a failing bucket', () => {
  it('explains a 403', async () => {
    await given()
    bucket.s3.faults.add({code: 'AccessDenied', status: 403, times: Infinity})
    expect(await errorOf(HeapdumpList)).toMatchObject({
      code: 'bucket_forbidden',
      exit: 1,
      hint: expect.stringContaining('s3:ListBucket'),
      message: expect.stringContaining('s3://shop-heapdumps'),
    })
  })

  it('explains a 403 for the object only', async () => {
    await given()
    bucket.s3.faults.add({code: 'AccessDenied', operation: 'GetObject', status: 403, times: Infinity})
    expect(await errorOf(HeapdumpAnalyze)).toMatchObject({
      code: 'bucket_forbidden',
      exit: 1,
      hint: expect.stringContaining('s3:GetObject'),
    })
  })

  it('explains a 404 for the bucket', async () => {
    await given({AWS_S3_BUCKET_NAME: 'another'})
    expect(await errorOf(HeapdumpList)).toMatchObject({
      code: 'no_bucket',
      exit: 1,
      message: 'There is no bucket another.',
    })
  })

  it('explains a wrong secret key', async () => {
    await given({AWS_SECRET_ACCESS_KEY: 'wrong'})
    expect(await errorOf(HeapdumpList)).toMatchObject({
      code: 'bucket_credentials',
      exit: 1,
      message: expect.stringContaining('SignatureDoesNotMatch'),
    })
  })

  it('explains a wrong region', async () => {
    await given({AWS_REGION: 'eu-west-1'})
    expect(await errorOf(HeapdumpList)).toMatchObject({
      code: 'wrong_region',
      exit: 1,
      hint: 'Set AWS_REGION to us-east-1.',
    })
  })

  it('retries after a 503', async () => {
    await given()
    bucket.s3.faults.add({code: 'SlowDown', operation: 'ListObjectsV2', status: 503})
    const {code, stdout} = await runCommand(HeapdumpList, ['--env', bucket.envFile, '--json'])
    expect(JSON.parse(stdout)).toHaveLength(1)
    expect(code).toBe(0)
    expect(bucket.s3.requests.map(request => request.status)).toContain(503)
  })

  it('gives up after repeated 503s', async () => {
    await given()
    bucket.s3.faults.add({code: 'SlowDown', status: 503, times: Infinity})
    expect(await errorOf(HeapdumpList)).toMatchObject({
      code: 'bucket_failed',
      exit: 1,
      message: expect.stringContaining('503 SlowDown'),
    })
  })

  it('explains a refused connection', async () => {
    await given()
    await bucket.s3.stop()
    expect(await errorOf(HeapdumpList)).toMatchObject({
      code: 'bucket_unreachable',
      exit: 1,
      hint: expect.stringContaining('AWS_ENDPOINT_URL_S3'),
    })
  })

  it('names the missing variables if no bucket is configured', async () => {
    await given({AWS_S3_BUCKET_NAME: undefined, AWS_SECRET_ACCESS_KEY: undefined})
    expect(await errorOf(HeapdumpList)).toMatchObject({
      code: 'no_bucket_settings',
      exit: 1,
      hint: expect.stringContaining('heroku addons:create bucketeer'),
      message: expect.stringContaining('AWS_SECRET_ACCESS_KEY, AWS_S3_BUCKET_NAME are not set'),
    })
  })

  it('resumes a download after a connection reset', async () => {
    await given()
    bucket.s3.faults.add({operation: 'GetObject', resetAfterBytes: 50_000, times: 2})
    const file = join(bucket.directory, 'heap.json.gz')
    const {code, stderr, stdout} = await runCommand(HeapdumpDownload, ['--env', bucket.envFile, '-o', file, '--json'])
    expect(stderr).toBe('')
    expect(code).toBe(0)
    expect((await readFile(file)).equals(realDump)).toBe(true)
    expect(JSON.parse(stdout)).toMatchObject({
      bytes: realDump.length,
      sha256: createHash('sha256').update(realDump).digest('hex'),
    })
    const downloads = bucket.s3.requests.filter(
      ({operation, path}) => operation === 'GetObject' && path.endsWith(`${DUMP}.json.gz`),
    )
    expect(downloads.at(-1)?.status).toBe(206)
  })

  it('leaves no file if the connection is reset repeatedly', async () => {
    await given()
    bucket.s3.faults.add({operation: 'GetObject', resetAfterBytes: 1000, times: Infinity})
    expect(await errorOf(HeapdumpDownload, '-o', join(bucket.directory, 'heap.json.gz'))).toMatchObject({
      code: 'bucket_unreachable',
      exit: 1,
    })
    expect(await readdir(bucket.directory)).toEqual(['.env'])
  })

  it('fails in the same way during an analysis, which streams', async () => {
    await given()
    bucket.s3.faults.add({operation: 'GetObject', resetAfterBytes: 50_000})
    const {code, stdout} = await runCommand(HeapdumpAnalyze, ['--env', bucket.envFile, '--json', '--no-cache'])
    expect(JSON.parse(stdout)).toMatchObject({dump: {truncated: false}})
    expect(code).toBe(0)
    bucket.s3.faults.add({operation: 'GetObject', resetAfterBytes: 1000, times: Infinity})
    expect(await errorOf(HeapdumpAnalyze, '--no-cache')).toMatchObject({code: 'bucket_unreachable', exit: 1})
  })

  it('does not keep bytes that changed in transit', async () => {
    await given()
    bucket.s3.faults.add({
      corrupt(bytes) {
        const changed = Buffer.from(bytes)
        changed[changed.length >> 1] ^= 1
        return changed
      },
      operation: 'GetObject',
    })
    expect(await errorOf(HeapdumpDownload, '-o', join(bucket.directory, 'heap.json.gz'))).toMatchObject({
      code: 'download_incomplete',
      exit: 1,
    })
    expect(await readdir(bucket.directory)).toEqual(['.env'])
  })
})

describe('a lying bucket', () => {
  const page = (token: string) =>
    Buffer.from(
      `<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>${token}</NextContinuationToken><Contents><Key>heapdump/v1/${DUMP}.json.gz</Key></Contents></ListBucketResult>`,
    )
  // The response of an error is changed, for example by a listing page with an invalid token.
  const lie = (corrupt: () => Buffer) =>
    bucket.s3.faults.add({code: 'x', corrupt, operation: 'ListObjectsV2', status: 200, times: Infinity})

  it.each([
    ['a login page', '<html>log in</html>', 'did not return a list'],
    ['nothing', ' ', 'did not return a list'],
    ['half a list', '<ListBucketResult><Contents>', 'did not return a list'],
    [
      'a list of 2 MB',
      `<ListBucketResult>${' '.repeat(2_000_000)}</ListBucketResult>`,
      'more than the expected 1,048,576 bytes',
    ],
    [
      'a list that no parser can read',
      `<ListBucketResult>${'<a>'.repeat(100_000)}</ListBucketResult>`,
      'is not from S3',
    ],
  ])('does not take %s for an empty bucket', async (_, body, message) => {
    await given()
    lie(() => Buffer.from(body))
    expect(await errorOf(HeapdumpList)).toMatchObject({
      code: 'bucket_failed',
      exit: 1,
      message: expect.stringContaining(message),
    })
  })

  it('stops at endless pages, whether different or repeated', async () => {
    await given()
    let token = 0
    lie(() => page(`t${token++}`))
    expect(await errorOf(HeapdumpList)).toMatchObject({
      code: 'too_many_objects',
      exit: 1,
      message: expect.stringContaining('more than 100,000 objects'),
    })
    bucket.s3.faults.clear()
    lie(() => page('same'))
    const {code, stdout} = await runCommand(HeapdumpList, ['--env', bucket.envFile, '--json'])
    expect({code, listed: (JSON.parse(stdout) as unknown[]).length}).toEqual({code: 0, listed: 1})
  })

  it('rejects rules of 9 kB', async () => {
    await given()
    bucket.s3.seed([{body: 'x'.repeat(9000), key: 'heapdump/rules.json'}])
    expect(await errorOf(HeapdumpScheduleList)).toMatchObject({
      code: 'bucket_failed',
      exit: 1,
      message: expect.stringContaining('heapdump/rules.json sent more than the expected 8,192 bytes'),
    })
  })

  it('times out before a response, and in the middle of a dump', async () => {
    const {socketTimeout} = TIMEOUTS
    TIMEOUTS.socketTimeout = 300
    try {
      await given()
      bucket.s3.faults.add({delayMs: 2000, operation: 'ListObjectsV2'})
      expect(await errorOf(HeapdumpList)).toMatchObject({
        code: 'bucket_unreachable',
        exit: 1,
        message: expect.stringContaining('did not answer within'),
      })
      bucket.s3.faults.clear()
      bucket.s3.faults.add({operation: 'GetObject', stallAfterBytes: 1000})
      const file = join(bucket.directory, 'heap.json.gz')
      expect(await runCommand(HeapdumpDownload, ['--env', bucket.envFile, '-o', file])).toMatchObject({code: 0})
      expect((await readFile(file)).equals(realDump)).toBe(true)
    } finally {
      TIMEOUTS.socketTimeout = socketTimeout
    }
  })

  it.each([
    ['the whole dump', {'content-range': ''}],
    ['another part', {'content-range': `bytes 0-99999/${realDump.length}`}],
    ['a part of another dump', {'content-range': 'bytes 50000-99999/100000'}],
  ])('does not resume a download with %s', async (_, answerHeaders) => {
    await given()
    for (const command of [HeapdumpAnalyze, HeapdumpDownload]) {
      bucket.s3.faults.clear()
      bucket.s3.faults.add({operation: 'GetObject', resetAfterBytes: 50_000})
      bucket.s3.faults.add({answerHeaders, operation: 'GetObject', times: Infinity})
      expect(await errorOf(command)).toMatchObject({
        code: 'bucket_failed',
        exit: 1,
        message: expect.stringContaining('cannot resume an interrupted download'),
      })
    }
  })

  it('rejects a dump of another size than listed, which could be half a dump', async () => {
    await given()
    const half = realDump.length >> 1
    for (const [command, ...args] of [[HeapdumpAnalyze, '--no-cache'], [HeapdumpDownload]] as const) {
      bucket.s3.faults.clear()
      bucket.s3.faults.add({
        answerHeaders: {'content-length': String(half)},
        corrupt: bytes => bytes.subarray(0, half),
        operation: 'GetObject',
        times: Infinity,
      })
      expect(await errorOf(command, ...args)).toMatchObject({
        code: 'bucket_failed',
        exit: 1,
        message: expect.stringMatching(/returned [\d,]+ bytes for a dump that it lists with [\d,]+/),
      })
    }
  })

  it('rejects a dump without a size', async () => {
    await given()
    bucket.s3.faults.add({operation: 'GetObject', times: Infinity, withoutLength: true})
    expect(await errorOf(HeapdumpAnalyze)).toMatchObject({
      code: 'bucket_failed',
      exit: 1,
      message: expect.stringContaining('did not return the size'),
    })
  })
})
