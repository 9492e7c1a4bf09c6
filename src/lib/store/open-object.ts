// A dump on its way from the bucket: goes on where it was when the connection breaks, and takes nothing twice.
import type {GetObjectCommandOutput, S3Client} from '@aws-sdk/client-s3'
import type {Readable} from 'node:stream'
import {UserError} from '../errors.js'
import type {BucketSettings} from './bucket-settings.js'
import {explainS3Error} from './s3-error.js'
import type {ListedDump, OpenedDump} from './store.js'

/** How often a download that broke goes on where it was. */
const MAX_RESUMES = 4

/** Throws UserError; so does the stream, also when it ends before the dump does. */
export async function openObject(
  client: S3Client,
  settings: BucketSettings,
  {key, storedBytes: listedBytes}: ListedDump,
  signal?: AbortSignal,
): Promise<OpenedDump> {
  const {GetObjectCommand} = await import('@aws-sdk/client-s3')
  const explain = (error: unknown) =>
    signal?.aborted
      ? new UserError('Stopped; nothing was kept.', {code: 'interrupted'})
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
  // Without it nobody knows whether the dump is whole.
  if (storedBytes < 0) throw unlikeS3(settings, 'does not say how long the dump is')
  if (listedBytes !== null && storedBytes !== listedBytes) {
    ;(first.Body as Readable).destroy()
    throw unlikeS3(
      settings,
      `sends ${storedBytes.toLocaleString('en')} bytes of a dump that it lists with ${listedBytes.toLocaleString('en')}`,
    )
  }

  const resume = async (from: number): Promise<Readable> => {
    const {$metadata, Body, ContentRange} = await get({IfMatch: etag, Range: `bytes=${from}-`})
    // A store that knows no ranges sends the dump from its beginning.
    const isRest = ContentRange === `bytes ${from}-${storedBytes - 1}/${storedBytes}`
    if ($metadata.httpStatusCode === 206 && isRest) return Body as Readable
    ;(Body as Readable).destroy()
    throw unlikeS3(settings, 'can not go on with a download that broke')
  }

  async function* stream(): AsyncGenerator<Uint8Array> {
    let body = first.Body as Readable
    // The SDK's own signal ends with the answer's headers. A bucket that has stopped sending would be waited for.
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

  // An ETag with a dash is a multipart upload's: a checksum of checksums, of no use without the part sizes.
  const md5 = /^"([0-9a-f]{32})"$/.exec(etag ?? '')?.[1] ?? null
  return {md5, storedBytes, stream: stream()}
}

function unlikeS3({bucket, endpoint}: BucketSettings, does: string): UserError {
  return new UserError(`The store of s3://${bucket} ${does}.`, {
    code: 'bucket_failed',
    hint:
      'Try again.' +
      (endpoint === undefined
        ? ''
        : ' If it happens again, the store at AWS_ENDPOINT_URL_S3 does not work as S3 does.'),
  })
}
