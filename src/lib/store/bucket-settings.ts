// The bucket and its credentials, from AWS_* variables or from Bucketeer's.
import {UserError} from '../errors.js'

export type BucketSettings = {
  readonly bucket: string
  readonly region: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
  /** URL of an S3-compatible store, whose buckets are addressed by path. */
  readonly endpoint?: string
  /** `none`: the store cannot encrypt. */
  readonly encryption?: string
  /** Encrypts instead of S3's own keys. */
  readonly kmsKeyId?: string
}

type Vars = Readonly<Record<string, string>>

const PLAIN = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_S3_BUCKET_NAME'] as const
const BUCKETEER = ['BUCKETEER_AWS_ACCESS_KEY_ID', 'BUCKETEER_AWS_SECRET_ACCESS_KEY', 'BUCKETEER_BUCKET_NAME'] as const

/** `source`: where `vars` come from, for the error. Throws UserError `no_bucket_settings`, which names what is missing. */
export function readBucketSettings(vars: Vars, source: string): BucketSettings {
  const missingOf = (names: readonly string[]) => names.filter(name => !vars[name])
  const endpoint = vars.AWS_ENDPOINT_URL_S3 ? {endpoint: vars.AWS_ENDPOINT_URL_S3} : {}
  const encryption = encryptionIn(vars)
  const {AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_S3_BUCKET_NAME} = vars
  if (AWS_ACCESS_KEY_ID && AWS_SECRET_ACCESS_KEY && AWS_S3_BUCKET_NAME) {
    return {
      accessKeyId: AWS_ACCESS_KEY_ID,
      bucket: AWS_S3_BUCKET_NAME,
      region: vars.AWS_REGION || vars.AWS_DEFAULT_REGION || 'us-east-1',
      secretAccessKey: AWS_SECRET_ACCESS_KEY,
      ...(vars.AWS_SESSION_TOKEN ? {sessionToken: vars.AWS_SESSION_TOKEN} : {}),
      ...endpoint,
      ...encryption,
    }
  }

  const {BUCKETEER_AWS_ACCESS_KEY_ID, BUCKETEER_AWS_SECRET_ACCESS_KEY, BUCKETEER_BUCKET_NAME} = vars
  if (BUCKETEER_AWS_ACCESS_KEY_ID && BUCKETEER_AWS_SECRET_ACCESS_KEY && BUCKETEER_BUCKET_NAME) {
    return {
      accessKeyId: BUCKETEER_AWS_ACCESS_KEY_ID,
      bucket: BUCKETEER_BUCKET_NAME,
      region: vars.BUCKETEER_AWS_REGION || 'us-east-1',
      secretAccessKey: BUCKETEER_AWS_SECRET_ACCESS_KEY,
      ...endpoint,
      ...encryption,
    }
  }

  const halfBucketeer = missingOf(BUCKETEER).length < BUCKETEER.length && missingOf(PLAIN).length === PLAIN.length
  const missing = missingOf(halfBucketeer ? BUCKETEER : PLAIN)
  throw new UserError(
    `${source} does not name a bucket for dumps: ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} not set.`,
    {
      code: 'no_bucket_settings',
      hint: [
        'To set up the app with a bucket:  heroku heapdump:setup',
        'To add only the bucket:  heroku addons:create bucketeer:hobbyist',
        'To use your own bucket, set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_S3_BUCKET_NAME and AWS_REGION.',
      ],
    },
  )
}

/** As the agent reads it. */
function encryptionIn({
  HEAPDUMP_ENCRYPTION,
  HEAPDUMP_KMS_KEY_ID,
}: Vars): Pick<BucketSettings, 'encryption' | 'kmsKeyId'> {
  return {
    ...(HEAPDUMP_ENCRYPTION ? {encryption: HEAPDUMP_ENCRYPTION} : {}),
    ...(HEAPDUMP_KMS_KEY_ID ? {kmsKeyId: HEAPDUMP_KMS_KEY_ID} : {}),
  }
}

type EncryptionParameters = {
  readonly BucketKeyEnabled?: boolean
  readonly ServerSideEncryption?: 'AES256' | 'aws:kms'
  readonly SSEKMSKeyId?: string
}

/** The parameters of a request that stores an object, for it to be encrypted as dumps are. */
export function encryptionOf({encryption, kmsKeyId}: BucketSettings): EncryptionParameters {
  if (encryption === 'none') return {}
  if (kmsKeyId === undefined) return {ServerSideEncryption: 'AES256'}
  return {BucketKeyEnabled: true, SSEKMSKeyId: kmsKeyId, ServerSideEncryption: 'aws:kms'}
}

/** Whether requests go over http to another machine, where they can be read and changed in transit. */
export function travelsInPlain({endpoint}: BucketSettings): boolean {
  if (endpoint === undefined || !URL.canParse(endpoint)) return false
  const {hostname, protocol} = new URL(endpoint)
  return protocol === 'http:' && !/^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname)
}
