// The secret that the CLI and the agent sign with, from the app's config vars.
import {UserError} from '../errors.js'

/** A shorter secret can be found by brute force from one captured message, at 200,000 tries a second per core. */
export const LEAST_SECRET_CHARACTERS = 32

/** null if none is set. */
export function findSecret(vars: Readonly<Record<string, string>>): string | null {
  return vars.HEAPDUMP_SECRET || vars.AWS_SECRET_ACCESS_KEY || vars.BUCKETEER_AWS_SECRET_ACCESS_KEY || null
}

/** `source` says where `vars` come from. Throws UserError `no_secret`. */
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
    `${source} has no secret for signing: neither HEAPDUMP_SECRET nor AWS_SECRET_ACCESS_KEY is set.`,
    {
      code: 'no_secret',
      hint: [
        'Without a secret, the agent accepts no requests either.',
        'Set HEAPDUMP_SECRET, or the credentials of the bucket.',
      ],
    },
  )
}
