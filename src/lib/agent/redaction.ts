// Does a dump keep the app's strings? What the flag, the config var and the default come to.
import {UserError} from '../errors.js'

const PLAIN_WORDS = new Set(['none', 'no', 'off', 'false', '0'])

/** Redacted unless `--no-redact` or HEAPDUMP_REDACT says otherwise. Throws UserError `must_redact` for --no-redact where that is forbidden. */
export function willRedact(vars: Readonly<Record<string, string>>, flag: boolean | undefined): boolean {
  const configured = (vars.HEAPDUMP_REDACT ?? '').trim()
  if (configured === 'always' && flag === false) {
    throw new UserError('HEAPDUMP_REDACT=always: no dump of this app leaves its dyno with its values.', {
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
  /** Over http to another machine. */
  readonly inPlain: boolean
}

/** What a person should know before he agrees, in lines of 80 columns. */
export function describeDump(redact: boolean, {bucket, encryption, endpoint, inPlain}: Destination): string[] {
  // S3 itself encrypts what it is asked to; what another store does, heapdump:doctor finds out.
  const encrypted = endpoint === undefined && encryption !== 'none' ? ', encrypted' : ''
  const what = redact
    ? [
        'A heap dump lists every object of the app. Before it leaves the dyno, hashes',
        'take the place of the text of strings (--no-redact keeps it).',
      ]
    : ['A heap dump holds every string the app has in memory, in plain text:', 'passwords, tokens, customer data.']
  const warning = ['Warning: AWS_ENDPOINT_URL_S3 is http://: it can be read on its way.', 'Use an https:// endpoint.']
  return [...what, `It goes to s3://${bucket}${encrypted}.`, ...(inPlain ? warning : [])]
}
