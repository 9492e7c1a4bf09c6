// What a bucket may answer. Whoever can write to it, or stands in between, must not be able to fill this machine's
// memory, keep a command waiting for ever, or pass a login page off as an empty bucket.
import type {S3Client} from '@aws-sdk/client-s3'
import {Readable} from 'node:stream'
import {UserError} from '../errors.js'

/** Rules and facts: what fits into a NOTIFY. */
export const TEXT_BYTES = 8 * 1024
/** Everything else but a dump: a page of a listing has 1,000 keys. */
const ANSWER_BYTES = 1024 * 1024

/** Milliseconds. A dump on its way may take as long as it likes, while something arrives. */
export const TIMEOUTS = {connectionTimeout: 10_000, socketTimeout: 15_000}

const LISTING = /<ListBucketResult\b.*<\/ListBucketResult>/s

type Answer = {readonly statusCode: number; body: Readable}

/** Checks each answer before the SDK parses it; of a dump only that it is asked for as it is. */
export function guardAnswers(client: S3Client, bucket: string): void {
  client.middlewareStack.add(
    (next, {commandName}) =>
      async args => {
        // Signed by now, and some stores' proxies change this header.
        ;(args.request as {headers: Record<string, string>}).headers['accept-encoding'] = 'identity'
        const silent = (error: Error): never => {
          throw error.name === 'TimeoutError' ? notAnswered(bucket) : error
        }

        const result = await next(args).catch(silent)
        const answer = result.response as Answer
        if (commandName === 'GetObjectCommand' && answer.statusCode < 300) return result
        const body = await readAtMost(answer.body, ANSWER_BYTES, `s3://${bucket}`).catch(silent)
        const text = body.toString()
        const listed = commandName === 'ListObjectsV2Command' && answer.statusCode < 300
        if (listed && !LISTING.test(text) && !text.includes('<Error>')) {
          throw new UserError(`s3://${bucket} answered with something else than a list of its objects.`, {
            code: 'bucket_failed',
            hint: 'Is AWS_ENDPOINT_URL_S3 the address of an S3 store? A login page in between answers like that.',
          })
        }

        answer.body = Readable.from([body])
        return result
      },
    {name: 'guardAnswers', priority: 'low', step: 'deserialize'},
  )
}

/** The whole body. Throws UserError when it is longer; what is left is not read. */
export async function readAtMost(body: Readable, limit: number, what: string): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  // Leaving the loop destroys the stream.
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > limit) {
      throw new UserError(`${what} sent more than ${limit.toLocaleString('en')} bytes where less was due.`, {
        code: 'bucket_failed',
        hint: 'That is no answer of S3, or nothing that heapdump has written: who else can write to the bucket?',
      })
    }

    chunks.push(chunk)
  }

  return Buffer.concat(chunks)
}

/** Without its cause, for which the SDK would ask again, and wait as long. */
function notAnswered(bucket: string): UserError {
  return new UserError(`s3://${bucket} did not answer within ${TIMEOUTS.socketTimeout / 1000} s.`, {
    code: 'bucket_unreachable',
    hint: 'This is usually over in a minute: try again.',
  })
}
