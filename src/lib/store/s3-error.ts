// Turns errors of S3 and the network into messages that name the bucket and what to do.
import type {ErrorCode} from '../error-codes.js'
import {UserError} from '../errors.js'
import type {BucketSettings} from './bucket-settings.js'

type SdkError = Error & {
  readonly code?: string
  readonly Code?: string
  readonly $metadata?: {readonly httpStatusCode?: number}
  readonly $response?: {readonly headers?: Readonly<Record<string, string>>}
}

/** `what`: the requested object, for "not found". */
export function explainS3Error(error: unknown, settings: BucketSettings, what = 'such object'): UserError {
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
        'Check AWS_S3_BUCKET_NAME. The bucket may have been deleted, or belong to another account.',
      )
    }

    case 'NoSuchKey':
    case 'NotFound': {
      return make('dump_not_found', `There is no ${what} in ${where}.`, 'List the dumps: heroku heapdump:list')
    }

    case 'PermanentRedirect':
    case 'AuthorizationHeaderMalformed':
    case 'IllegalLocationConstraintException': {
      const actual = /^[a-z0-9-]{1,32}$/.exec(failure.$response?.headers?.['x-amz-bucket-region'] ?? '')?.[0]
      return make(
        'wrong_region',
        `The bucket ${bucket} is not in ${region}${actual ? `, but in ${actual}` : ''}.`,
        `Set AWS_REGION to ${actual ?? "the bucket's region"}.`,
      )
    }

    case 'RequestTimeTooSkewed': {
      return make(
        'clock_skew',
        "S3 refused the request because this machine's clock is off by more than 15 minutes.",
        'Set the clock, then try again.',
      )
    }

    case 'InvalidAccessKeyId':
    case 'SignatureDoesNotMatch':
    case 'ExpiredToken':
    case 'InvalidToken': {
      return make(
        'bucket_credentials',
        `S3 rejected the credentials for ${where} (${failure.name}).`,
        'Check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. They may have been rotated.',
      )
    }

    default: {
      break
    }
  }

  if (status === 403) {
    return make(
      'bucket_forbidden',
      `These credentials have no access to ${where} (403 ${failure.name}).`,
      'Grant them s3:ListBucket on the bucket, and s3:GetObject and s3:PutObject on its objects.',
    )
  }

  if (status !== undefined && status < 300) {
    return make(
      'bucket_failed',
      `The response for ${where} is not from S3.`,
      'Check for a proxy in between, and that AWS_ENDPOINT_URL_S3 is the URL of an S3 store.',
    )
  }

  if (status !== undefined && (status >= 500 || status === 429)) {
    return make(
      'bucket_failed',
      `S3 repeatedly responded with ${status} ${failure.name} for ${where}.`,
      'Try again in a minute.',
    )
  }

  if (status !== undefined) {
    return make(
      'bucket_failed',
      `S3 responded with ${status} ${failure.name} for ${where}.`,
      'Check AWS_S3_BUCKET_NAME, AWS_REGION and AWS_ENDPOINT_URL_S3.',
    )
  }

  return make(
    'bucket_unreachable',
    `Cannot reach the bucket ${bucket}${endpoint ? ` at ${endpoint}` : ''}: ${(failure.message || failure.code || failure.name).replace(/\.$/, '')}.`,
    endpoint ? 'Check AWS_ENDPOINT_URL_S3, and that the store is up.' : 'Check that this machine is online.',
  )
}
