// The bucket of a configuration. The rest of the code depends on DumpStore, not on S3.
import type {Target} from '../command-line.js'
import {type BucketSettings, readBucketSettings} from './bucket-settings.js'
import {S3Store} from './s3-store.js'
import type {WritableStore} from './store.js'

export type Bucket = {
  readonly store: WritableStore
  readonly settings: BucketSettings
  /** null: the configuration is not from an app. */
  readonly app: string | null
  /** Where the configuration comes from: `⬢ shop`, `.env`. */
  readonly source: string
  /** The flags that select it. */
  readonly target: Target
}

type Configuration = Pick<Bucket, 'app' | 'source'> & {readonly vars: Readonly<Record<string, string>>}

/** Throws UserError `no_bucket_settings`. Makes no request yet. */
export function openBucket({app, source, vars}: Configuration, target: Target): Bucket {
  const settings = readBucketSettings(vars, source)
  return {app, settings, source, store: new S3Store(settings), target}
}
