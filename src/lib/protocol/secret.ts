// The secret that CLI and agent sign with, from the app's config vars.
import {UserError} from '../errors.js'

/** Of fewer characters, whoever hears one message may find the secret by trying: 200,000 a second on one core. */
export const LEAST_SECRET_CHARACTERS = 32

/** null when none is set. */
export function findSecret(vars: Readonly<Record<string, string>>): string | null {
  return vars.HEAPDUMP_SECRET || vars.AWS_SECRET_ACCESS_KEY || vars.BUCKETEER_AWS_SECRET_ACCESS_KEY || null
}

/** `source` names where `vars` come from. Throws UserError `no_secret`. */
export function requireSecret({
  vars,
  source,
}: {
  readonly vars: Readonly<Record<string, string>>
  readonly source: string
}): string {
  const secret = findSecret(vars)
  if (secret !== null) return secret
  throw new UserError(
    `${source} has no secret to sign with: neither HEAPDUMP_SECRET nor AWS_SECRET_ACCESS_KEY is set.`,
    {
      code: 'no_secret',
      hint: [
        'The agent has none either, and listens to nobody.',
        'Set HEAPDUMP_SECRET, or the credentials of the bucket.',
      ],
    },
  )
}
