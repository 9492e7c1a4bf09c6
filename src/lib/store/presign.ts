// A URL that gives access to one object until it expires.
import type {BucketSettings} from './bucket-settings.js'
import {createClient} from './s3-store.js'

/** A GET of `key`, valid for `seconds` from `now`. S3 allows at most a week. */
export async function presignedUrl(settings: BucketSettings, key: string, seconds: number, now: Date): Promise<string> {
  const [client, {GetObjectCommand}, {getSignedUrl}] = await Promise.all([
    createClient(settings),
    import('@aws-sdk/client-s3'),
    import('@aws-sdk/s3-request-presigner'),
  ])
  try {
    const command = new GetObjectCommand({Bucket: settings.bucket, Key: key})
    return await getSignedUrl(client, command, {expiresIn: seconds, signingDate: now})
  } finally {
    client.destroy()
  }
}
