// Downloads a dump as a stream. After a broken connection it resumes at the byte where it stopped.
import type {GetObjectCommandOutput, S3Client} from '@aws-sdk/client-s3'
import type {Readable} from 'node:stream'
import {UserError} from '../errors.js'
import type {BucketSettings} from './bucket-settings.js'
import {explainS3Error} from './s3-error.js'
import type {ListedDump, OpenedDump} from './store.js'

/** Number of times a broken download resumes. */
const MAX_RESUMES = 4

/** Throws UserError, as does the stream, also if it ends too early. */
export async function openObject(
  client: S3Client,
  settings: BucketSettings,
  {key, storedBytes: listedBytes}: ListedDump,
  signal?: AbortSignal,
): Promise<OpenedDump> {
  const {GetObjectCommand} = await import('@aws-sdk/client-s3')
  const explain = (error: unknown) =>
    signal?.aborted
      ? new UserError('Stopped. Nothing was saved.', {code: 'interrupted'})
      : explainS3Error(error, settings, `dump ${key}`)
  const get = async (range: {IfMatch?: string | undefined; Range?: string} = {}): Promise<GetObjectCommandOutput> => {
    const command = new GetObjectCommand({Bucket: settings.bucket, Key: key, ...range})
    try {
      return await client.send(command, signal === undefined ? {} : {abortSignal: signal})
    } catch (error) {
      throw explain(error)
    }
  }

  const first = await get()
  const {ContentLength: storedBytes = -1, ETag: etag} = first
  // Without the length, a cut download would go unnoticed.
  if (storedBytes < 0) throw unlikeS3(settings, 'did not return the size of the dump')
  if (listedBytes !== null && storedBytes !== listedBytes) {
    ;(first.Body as Readable).destroy()
    throw unlikeS3(
      settings,
      `returned ${storedBytes.toLocaleString('en')} bytes for a dump that it lists with ${listedBytes.toLocaleString('en')}`,
    )
  }

  const resume = async (from: number): Promise<Readable> => {
    const {$metadata, Body, ContentRange} = await get({IfMatch: etag, Range: `bytes=${from}-`})
    // A store without support for ranges sends the whole dump.
    const isRest = ContentRange === `bytes ${from}-${storedBytes - 1}/${storedBytes}`
    if ($metadata.httpStatusCode === 206 && isRest) return Body as Readable
    ;(Body as Readable).destroy()
    throw unlikeS3(settings, 'cannot resume an interrupted download')
  }

  async function* stream(): AsyncGenerator<Uint8Array> {
    let body = first.Body as Readable
    // The SDK's signal only covers the response headers. Without this, an abort would wait for a stalled body.
    signal?.addEventListener('abort', () => body.destroy(new Error('interrupted')), {once: true})
    let read = 0
    let resumedAt = -1
    for (let resumes = 0; ; resumes++) {
      try {
        for await (const chunk of body) {
          read += chunk.length
          yield chunk
        }

        if (read === storedBytes) return
        throw new Error(`the connection ended after ${read} of ${storedBytes} bytes`)
      } catch (error) {
        if (resumes >= MAX_RESUMES || read > storedBytes || read === resumedAt || signal?.aborted) throw explain(error)
        resumedAt = read
        body = await resume(read)
      }
    }
  }

  // An ETag with a dash is from a multipart upload: a checksum of checksums, useless without the part sizes.
  const md5 = /^"([0-9a-f]{32})"$/.exec(etag ?? '')?.[1] ?? null
  return {md5, storedBytes, stream: stream()}
}

function unlikeS3({bucket, endpoint}: BucketSettings, problem: string): UserError {
  return new UserError(`The store of s3://${bucket} ${problem}.`, {
    code: 'bucket_failed',
    hint:
      'Try again.' +
      (endpoint === undefined
        ? ''
        : ' If it happens again, the store at AWS_ENDPOINT_URL_S3 is not compatible with S3.'),
  })
}
