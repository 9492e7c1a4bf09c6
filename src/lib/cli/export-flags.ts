// The flags of heapdump:export.
import {Flags} from '@oclif/core'
import {FORMATS} from '../export/formats.js'
import {cacheFlag} from './flags.js'

export const EXPORT_FLAGS = {
  by: Flags.option({
    default: 'owner',
    description: 'stacks of pprof and folded: the owners above an object, or the gem and line that allocated it',
    options: ['owner', 'site'] as const,
  })(),
  cache: cacheFlag,
  force: Flags.boolean({char: 'f', description: 'overwrite an existing file'}),
  format: Flags.option({
    description: 'heapsnapshot for Chrome DevTools, pprof, folded for flame graphs, or parquet for SQL engines',
    options: FORMATS,
    required: true,
  })(),
  output: Flags.string({
    char: 'o',
    default: '.',
    description: 'file or directory to write to',
    helpValue: 'PATH',
  }),
  'to-bucket': Flags.boolean({
    description: 'write Parquet files beside the dumps in the bucket, instead of --output',
  }),
  'show-values': Flags.boolean({description: 'show string contents, which may be secret (heapsnapshot, parquet)'}),
}
