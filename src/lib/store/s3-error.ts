// What S3 and the network say, in words that name the bucket and the remedy.
import type {ErrorCode} from '../error-codes.js'
import {UserError} from '../errors.js'
import type {BucketSettings} from './bucket-settings.js'

type SdkError = Error & {
  readonly code?: string
  readonly Code?: string
  readonly $metadata?: {readonly httpStatusCode?: number}
  readonly $response?: {readonly headers?: Readonly<Record<string, string>>}
}

/** A UserError for what `error` says about `settings`' bucket; `what` is the thing that was wanted, for "not found". */
export function explainS3Error(error: unknown, settings: BucketSettings, what = 'that object'): UserError {
  if (error instanceof UserError) return error
  const failure = error as SdkError
  const {bucket, region, endpoint} = settings
  const where = `s3://${bucket}`
  const status = failure.$metadata?.httpStatusCode
  const make = (code: ErrorCode, message: string, hint?: string | null) =>
    new UserError(message, {cause: error, code, hint})
  switch (failure.name) {
    case 'NoSuchBucket': {
      return make(
        'no_bucket',
        `There is no bucket ${bucket}.`,
        'Check AWS_S3_BUCKET_NAME; was the bucket deleted, or is it in another account?',
      )
    }

    case 'NoSuchKey':
    case 'NotFound': {
      return make('dump_not_found', `There is no ${what} in ${where}.`, 'heroku heapdump:list shows what there is.')
    }

    case 'PermanentRedirect':
    case 'AuthorizationHeaderMalformed':
    case 'IllegalLocationConstraintException': {
      const actual = /^[a-z0-9-]{1,32}$/.exec(failure.$response?.headers?.['x-amz-bucket-region'] ?? '')?.[0]
      return make(
        'wrong_region',
        `The bucket ${bucket} is not in ${region}${actual ? ` but in ${actual}` : ''}.`,
        `Set AWS_REGION to ${actual ?? "the bucket's region"}.`,
      )
    }

    case 'RequestTimeTooSkewed': {
      return make(
        'clock_skew',
        "S3 refused the request: this machine's clock is more than 15 minutes off.",
        'Set the clock and try again.',
      )
    }

    case 'InvalidAccessKeyId':
    case 'SignatureDoesNotMatch':
    case 'ExpiredToken':
    case 'InvalidToken': {
      return make(
        'bucket_credentials',
        `S3 does not accept the credentials for ${where} (${failure.name}).`,
        'Check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; were they rotated?',
      )
    }

    default: {
      break
    }
  }

  if (status === 403) {
    return make(
      'bucket_forbidden',
      `S3 does not let these credentials read ${where} (403 ${failure.name}).`,
      'They need s3:ListBucket on the bucket, and s3:GetObject and s3:PutObject on its objects.',
    )
  }

  if (status !== undefined && status < 300) {
    return make(
      'bucket_failed',
      `What ${where} answered can not be read as an answer of S3.`,
      'Is a proxy in between, or is AWS_ENDPOINT_URL_S3 not the address of an S3 store?',
    )
  }

  if (status !== undefined && (status >= 500 || status === 429)) {
    return make(
      'bucket_failed',
      `S3 answered ${status} ${failure.name} for ${where}, more than once.`,
      'This is usually over in a minute: try again.',
    )
  }

  if (status !== undefined) {
    return make(
      'bucket_failed',
      `S3 answered ${status} ${failure.name} for ${where}.`,
      'Check AWS_S3_BUCKET_NAME, AWS_REGION and AWS_ENDPOINT_URL_S3.',
    )
  }

  return make(
    'bucket_unreachable',
    `The bucket ${bucket} can't be reached${endpoint ? ` at ${endpoint}` : ''}: ${(failure.message || failure.code || failure.name).replace(/\.$/, '')}.`,
    endpoint ? 'Check AWS_ENDPOINT_URL_S3, and that the store is up.' : 'Is this machine online?',
  )
}
