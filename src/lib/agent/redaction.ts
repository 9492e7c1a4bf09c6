// Decides whether a dump is redacted, from the flag, the config var and the default, and describes it for confirmation.
import {UserError} from '../errors.js'

const PLAIN_WORDS = new Set(['none', 'no', 'off', 'false', '0'])

/** True unless flag or config var says otherwise. Throws UserError `must_redact` if the app forbids --no-redact. */
export function willRedact(vars: Readonly<Record<string, string>>, flag: boolean | undefined): boolean {
  const configured = (vars.HEAPDUMP_REDACT ?? '').trim()
  if (configured === 'always' && flag === false) {
    throw new UserError('Plain dumps of this app are not allowed: HEAPDUMP_REDACT=always is set.', {
      code: 'must_redact',
      exit: 2,
    })
  }

  return flag ?? !PLAIN_WORDS.has(configured)
}

export type Destination = {
  readonly bucket: string
  readonly endpoint?: string
  /** HEAPDUMP_ENCRYPTION of the app. */
  readonly encryption?: string | undefined
  /** Sent over http to another machine. */
  readonly inPlain: boolean
}

/** What a person should know before confirming, in lines of at most 80 columns. */
export function describeDump(redact: boolean, {bucket, encryption, endpoint, inPlain}: Destination): string[] {
  // S3 encrypts on request; for other stores, heapdump:doctor checks it.
  const encrypted = endpoint === undefined && encryption !== 'none' ? ', encrypted' : ''
  const what = redact
    ? [
        'A heap dump lists every object of the app. String contents are replaced with',
        'hashes before it leaves the dyno (--no-redact keeps them).',
      ]
    : ["A heap dump contains every string in the app's memory, in plain text:", 'passwords, tokens, customer data.']
  const warning = [
    'Warning: AWS_ENDPOINT_URL_S3 is http://, so dumps can be read in transit.',
    'Use an https:// endpoint.',
  ]
  return [...what, `It goes to s3://${bucket}${encrypted}.`, ...(inPlain ? warning : [])]
}
