// Checks that the app, and nobody else, can use its bucket: writes one small object, reads it, requests it without
// credentials, and deletes it.
import {randomBytes} from 'node:crypto'
import type {Readable} from 'node:stream'
import {UserError} from '../errors.js'
import type {BucketSettings} from './bucket-settings.js'
import {readAtMost, TEXT_BYTES, TIMEOUTS} from './guard-answers.js'
import {explainS3Error} from './s3-error.js'
import {createClient} from './s3-store.js'

export type BucketCheck = {
  /** S3's name for the encryption: `AES256`, `aws:kms`; null: not encrypted. */
  readonly encryption: string | null
  /** Whether anyone can read its objects; null: unknown. */
  readonly public: boolean | null
}

/** Throws UserError if writing, reading or deleting is refused. */
export async function checkBucket(settings: BucketSettings): Promise<BucketCheck> {
  const {DeleteObjectCommand, GetObjectCommand, PutObjectCommand} = await import('@aws-sdk/client-s3')
  const client = await createClient(settings)
  const object = {Bucket: settings.bucket, Key: `heapdump/check-${randomBytes(8).toString('hex')}`}
  await attempt('write', settings, () =>
    client.send(new PutObjectCommand({...object, Body: 'heapdump:doctor', ContentType: 'text/plain'})),
  )
  let found: BucketCheck
  try {
    const read = await attempt('read', settings, () => client.send(new GetObjectCommand(object)))
    await readAtMost(read.Body as Readable, TEXT_BYTES, object.Key)
    found = {encryption: read.ServerSideEncryption ?? null, public: await isPublic(settings, object.Key)}
  } catch (error) {
    await client.send(new DeleteObjectCommand(object)).catch(() => null)
    throw error
  }

  await attempt('delete', settings, () => client.send(new DeleteObjectCommand(object)))
  return found
}

const RIGHTS = {delete: 's3:DeleteObject', read: 's3:GetObject', write: 's3:PutObject'} as const

async function attempt<T>(what: keyof typeof RIGHTS, settings: BucketSettings, act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    const explained = explainS3Error(error, settings)
    if (explained.code !== 'bucket_forbidden') throw explained
    throw new UserError(`These credentials cannot ${what} objects in s3://${settings.bucket}.`, {
      cause: error,
      code: `bucket_no_${what}` as const,
      hint: `Grant them ${RIGHTS[what]} on arn:aws:s3:::${settings.bucket}/*`,
    })
  }
}

/** Requests an object without credentials. */
async function isPublic({bucket, region, endpoint}: BucketSettings, key: string): Promise<boolean | null> {
  const base =
    endpoint === undefined ? `https://${bucket}.s3.${region}.amazonaws.com` : `${endpoint.replace(/\/$/, '')}/${bucket}`
  try {
    const response = await fetch(`${base}/${key}`, {signal: AbortSignal.timeout(TIMEOUTS.socketTimeout)})
    await response.body?.cancel()
    return response.ok
  } catch {
    return null
  }
}
