// Which bucket, and with which credentials: the names of the article's set-up, or Bucketeer's.
import {UserError} from '../errors.js'

export type BucketSettings = {
  readonly bucket: string
  readonly region: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
  /** Of an S3-compatible store; its buckets are addressed by path. */
  readonly endpoint?: string
}

type Vars = Readonly<Record<string, string>>

const PLAIN = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_S3_BUCKET_NAME'] as const
const BUCKETEER = ['BUCKETEER_AWS_ACCESS_KEY_ID', 'BUCKETEER_AWS_SECRET_ACCESS_KEY', 'BUCKETEER_BUCKET_NAME'] as const

/** `source` names where `vars` come from. Throws UserError `no_bucket_settings` that names what is missing. */
export function readBucketSettings(vars: Vars, source: string): BucketSettings {
  const missingOf = (names: readonly string[]) => names.filter(name => !vars[name])
  const endpoint = vars.AWS_ENDPOINT_URL_S3 ? {endpoint: vars.AWS_ENDPOINT_URL_S3} : {}
  const {AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_S3_BUCKET_NAME} = vars
  if (AWS_ACCESS_KEY_ID && AWS_SECRET_ACCESS_KEY && AWS_S3_BUCKET_NAME) {
    return {
      accessKeyId: AWS_ACCESS_KEY_ID,
      bucket: AWS_S3_BUCKET_NAME,
      region: vars.AWS_REGION || vars.AWS_DEFAULT_REGION || 'us-east-1',
      secretAccessKey: AWS_SECRET_ACCESS_KEY,
      ...(vars.AWS_SESSION_TOKEN ? {sessionToken: vars.AWS_SESSION_TOKEN} : {}),
      ...endpoint,
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
    }
  }

  const halfBucketeer = missingOf(BUCKETEER).length < BUCKETEER.length && missingOf(PLAIN).length === PLAIN.length
  const missing = missingOf(halfBucketeer ? BUCKETEER : PLAIN)
  throw new UserError(
    `${source} does not say where dumps are kept: ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} not set.`,
    {
      code: 'no_bucket_settings',
      hint: [
        'An app gets all of them, and what else it needs:  heroku heapdump:setup',
        'The add-on alone:  heroku addons:create bucketeer:hobbyist',
        'Or name a bucket of your own by AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_S3_BUCKET_NAME and AWS_REGION.',
      ],
    },
  )
}

/** Over http to another machine: what is sent can be read, and changed, on its way. */
export function travelsInPlain({endpoint}: BucketSettings): boolean {
  if (endpoint === undefined || !URL.canParse(endpoint)) return false
  const {hostname, protocol} = new URL(endpoint)
  return protocol === 'http:' && !/^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname)
}
