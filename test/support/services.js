// The services that an app uses, on this machine: a Postgres and an S3 double, and the config vars for them.
import {startPostgres} from './postgres.js'
import {startS3Double} from './s3-double.js'

export const CREDENTIALS = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  bucket: 'shop-heapdumps',
  region: 'us-east-1',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
}

export const startBucket = () => startS3Double(CREDENTIALS)

/** Config vars for a bucket of the S3 double. @param {{readonly endpoint: string}} s3 */
export function bucketVars(s3) {
  return {
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_ENDPOINT_URL_S3: s3.endpoint,
    AWS_REGION: CREDENTIALS.region,
    AWS_S3_BUCKET_NAME: CREDENTIALS.bucket,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
  }
}

/** @typedef {Awaited<ReturnType<typeof startServices>>} Services */

export async function startServices() {
  const s3 = await startBucket()
  try {
    const postgres = await startPostgres()
    return {
      postgres,
      s3,
      vars: {...bucketVars(s3), DATABASE_URL: postgres.url},
      async stop() {
        await Promise.all([postgres.stop(), s3.stop()])
      },
    }
  } catch (error) {
    await s3.stop()
    throw error
  }
}
