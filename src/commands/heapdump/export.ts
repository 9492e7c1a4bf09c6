import {HeapdumpCommand} from '../../lib/cli/base-command.js'
import {dumpArg} from '../../lib/cli/dump-args.js'
import {EXPORT_FLAGS} from '../../lib/cli/export-flags.js'
import {ABOUT, type Format} from '../../lib/export/formats.js'
import {formatBytes} from '../../lib/units.js'

export type ExportedDump = {
  /** A path, a key, or `-`. */
  readonly source: string
  /** A file, a folder, or the URL of a folder in the bucket. */
  readonly file: string
  readonly bytes: number
  /** The dump is cut short: numbers are lower bounds. */
  readonly truncated: boolean
  /** What is left out or merged, in sentences. */
  readonly notes: readonly string[]
}

export type ExportResult = {readonly format: Format; readonly dumps: readonly ExportedDump[]}

export default class HeapdumpExport extends HeapdumpCommand {
  static override args = {
    dump: dumpArg({default: ['latest'], multiple: true}),
  }

  static override summary = 'write a heap dump in the format of another tool'

  static override usage = 'heapdump:export [DUMP...] --format FORMAT [-o PATH] [-a APP] [FLAGS]'

  static override examples = [
    '$ heroku heapdump:export --format heapsnapshot --app example-app',
    '$ heroku heapdump:export d7k2mq --format pprof -o heap.pb.gz --app example-app',
    '$ heroku heapdump:export heap.json.gz --format pprof --by site',
    '$ heroku heapdump:export heap.json --format folded -o heap.folded',
    '$ heroku heapdump:export d7k2mq --format parquet -o tables -a example-app',
    '$ heroku heapdump:export --format parquet --to-bucket --app example-app',
  ]

  static override flags = EXPORT_FLAGS

  async run(): Promise<ExportResult> {
    const {args, flags} = await this.parse(HeapdumpExport)
    const {by, force, format, output, 'show-values': showValues} = flags
    const dumps = await this.findDumps([args.dump[0] ?? 'latest', ...args.dump.slice(1)], flags)
    const bucket = flags['to-bucket'] ? (this.bucket ?? (await this.openBucket(flags))) : null
    const {exportDump, exportTargets} = await import('../../lib/cli/export-dump.js')
    // Reading can take minutes, so check first that the exports can be written.
    const targets = await exportTargets(dumps, {bucket, force, format, output})
    // No screen is drawn.
    const reading = {...(await this.reading(flags)), onOpen: undefined}
    const exported: ExportedDump[] = []
    for (const target of targets) {
      const {bytes, dump, notes} = await this.withProgress(onProgress =>
        exportDump(target, {bucket, by, force, format, showValues}, {...reading, onProgress}),
      )
      this.log(`Wrote ${target.place} (${formatBytes(bytes)}).`, ...notes)
      this.warnIfTruncated(dump)
      exported.push({bytes, file: target.place, notes, source: target.dump.source, truncated: dump.truncated})
    }

    this.log(ABOUT[format].opens)
    return {dumps: exported, format}
  }
}
