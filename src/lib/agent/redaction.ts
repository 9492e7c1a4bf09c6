// Does a dump keep the app's strings? What the flag, the config var and the default come to.
import {UserError} from '../errors.js'

const PLAIN_WORDS = new Set(['none', 'no', 'off', 'false', '0'])

/** Redacted unless `--no-redact` or HEAPDUMP_REDACT says otherwise. Throws UserError `must_redact` for --no-redact where that is forbidden. */
export function willRedact(vars: Readonly<Record<string, string>>, flag: boolean | undefined): boolean {
  const configured = (vars.HEAPDUMP_REDACT ?? '').trim()
  if (configured === 'always' && flag === false) {
    throw new UserError('HEAPDUMP_REDACT=always: no dump of this app leaves its dyno with its values.', {code: 'must_redact', exit: 2})
  }

  return flag ?? !PLAIN_WORDS.has(configured)
}

/** What a person should know before he agrees, in lines of 80 columns. */
export function describeDump(redact: boolean, bucket: string): string[] {
  return redact
    ? [
        'A heap dump lists every object of the app. Before it leaves the dyno, hashes',
        'take the place of the text of strings (--no-redact keeps it).',
        `It goes to s3://${bucket}, encrypted.`,
      ]
    : [
        'A heap dump holds every string the app has in memory, in plain text:',
        `passwords, tokens, customer data. It goes to s3://${bucket}, encrypted.`,
      ]
}
