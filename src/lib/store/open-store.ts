// The store that a configuration names. S3 for now; the rest of the code knows only DumpStore.
import {readBucketSettings} from './bucket-settings.js'
import {S3Store} from './s3-store.js'
import type {WritableStore} from './store.js'

/** Throws UserError `no_bucket_settings`. Nothing is asked of the bucket yet. */
export function openStore(vars: Readonly<Record<string, string>>, source: string): WritableStore {
  return new S3Store(readBucketSettings(vars, source))
}
