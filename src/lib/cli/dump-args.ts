// The arguments that name a dump.
import {Args} from '@oclif/core'

/** A dump in the bucket, a local file, or standard input. */
export const dumpArg = Args.custom<string>({
  description: 'dump id or key in the bucket, latest, a file (may be gzipped), or - for stdin',
  ignoreStdin: true,
})

export const storedDumpArg = Args.custom<string>({
  description: 'dump id or key (see heapdump:list), or latest',
  ignoreStdin: true,
})
