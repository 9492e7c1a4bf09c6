// Limits on a bucket's responses. Anyone who can write to it, or a proxy in between, must not be able to fill this
// machine's memory, make a command wait forever, or pass off a login page as an empty bucket.
import type {S3Client} from '@aws-sdk/client-s3'
import {Readable} from 'node:stream'
import {UserError} from '../errors.js'

/** Rules and facts: the size limit of a NOTIFY. */
export const TEXT_BYTES = 8 * 1024
/** Everything else except dumps: a page of a listing has 1,000 keys. */
const ANSWER_BYTES = 1024 * 1024

/** Milliseconds. A download may take any time, as long as data keeps arriving. */
export const TIMEOUTS = {connectionTimeout: 10_000, socketTimeout: 15_000}

const LISTING = /<ListBucketResult\b.*<\/ListBucketResult>/s

type Answer = {readonly statusCode: number; body: Readable}

/** Checks each response before the SDK parses it, except the body of a dump. */
export function guardAnswers(client: S3Client, bucket: string): void {
  client.middlewareStack.add(
    (next, {commandName}) =>
      async args => {
        // Set after signing, because some stores' proxies change this header.
        ;(args.request as {headers: Record<string, string>}).headers['accept-encoding'] = 'identity'
        const explainTimeout = (error: Error): never => {
          throw error.name === 'TimeoutError' ? timedOut(bucket) : error
        }

        const result = await next(args).catch(explainTimeout)
        const answer = result.response as Answer
        if (commandName === 'GetObjectCommand' && answer.statusCode < 300) return result
        const body = await readAtMost(answer.body, ANSWER_BYTES, `s3://${bucket}`).catch(explainTimeout)
        const text = body.toString()
        const listed = commandName === 'ListObjectsV2Command' && answer.statusCode < 300
        if (listed && !LISTING.test(text) && !text.includes('<Error>')) {
          throw new UserError(`s3://${bucket} did not return a list of its objects.`, {
            code: 'bucket_failed',
            hint: 'Check that AWS_ENDPOINT_URL_S3 is the URL of an S3 store. A login page of a proxy causes this too.',
          })
        }

        answer.body = Readable.from([body])
        return result
      },
    {name: 'guardAnswers', priority: 'low', step: 'deserialize'},
  )
}

/** The whole body. Throws UserError if it exceeds the limit, without reading the rest. */
export async function readAtMost(body: Readable, limit: number, what: string): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  // Leaving the loop destroys the stream.
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > limit) {
      throw new UserError(`${what} sent more than the expected ${limit.toLocaleString('en')} bytes.`, {
        code: 'bucket_failed',
        hint: 'This is not from S3 or from heapdump. Check who else can write to the bucket.',
      })
    }

    chunks.push(chunk)
  }

  return Buffer.concat(chunks)
}

/** Has no cause: the SDK would recognize it, retry, and wait again. */
function timedOut(bucket: string): UserError {
  return new UserError(`s3://${bucket} did not answer within ${TIMEOUTS.socketTimeout / 1000} s.`, {
    code: 'bucket_unreachable',
    hint: 'Try again in a minute.',
  })
}
