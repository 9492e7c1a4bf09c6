import {Flags} from '@oclif/core'
import {join} from 'node:path'
import {HeapdumpCommand} from '../../lib/cli/base-command.js'
import {catchSignals} from '../../lib/cli/catch-signals.js'
import {storedDumpArg} from '../../lib/cli/dump-args.js'
import {herokuCommand, proposal} from '../../lib/command-line.js'
import {formatBytes} from '../../lib/units.js'

export type DownloadResult = {
  readonly key: string
  readonly file: string
  /** The recorded facts of the dump, in a file beside it, for heapdump:analyze; null: not written. */
  readonly factsFile: string | null
  readonly bytes: number
  readonly sha256: string
}

export default class HeapdumpDownload extends HeapdumpCommand {
  static override args = {
    dump: storedDumpArg({default: 'latest'}),
  }

  static override summary = 'download a heap dump to a file'

  static override examples = [
    '$ heroku heapdump:download --app example-app',
    '$ heroku heapdump:download d7k2mq --output heap.json.gz --app example-app',
  ]

  static override flags = {
    force: Flags.boolean({char: 'f', description: 'overwrite an existing file'}),
    output: Flags.string({
      char: 'o',
      description: 'file or directory to write to (default: ID.json.gz in this directory)',
      helpValue: 'FILE',
    }),
  }

  async run(): Promise<DownloadResult> {
    const {args, flags} = await this.parse(HeapdumpDownload)
    const stop = catchSignals('SIGINT', 'SIGTERM', 'SIGHUP')
    const {saveFacts, resolveOutput, saveDump} = await import('../../lib/store/save-dump.js')
    // Before any request.
    const output = await resolveOutput(flags.output ?? '.', flags.force)
    const {bucket, dump} = await this.findStored(args.dump, flags)
    const {id, key, redacted} = dump
    const file = output.isDirectory
      ? join(output.path, key.endsWith('.gz') ? `${id}.json.gz` : `${id}.json`)
      : output.path
    const options = {overwrite: flags.force, signal: stop.signal}
    const saved = await this.withProgress(onProgress =>
      saveDump(() => bucket.store.open(dump, stop.signal), file, {...options, onProgress}),
    ).finally(() => stop.release())
    const facts = await saveFacts(file, bucket.app, {...dump, storedBytes: saved.bytes}, bucket.store)
    if (facts.problem !== null) this.warn(`The recorded facts of the dump were not saved beside it: ${facts.problem}`)
    const warning =
      redacted === true ? 'String contents are redacted.' : 'It contains every string of the app: keep it safe.'
    this.log(`Downloaded ${id} to ${saved.file} (${formatBytes(saved.bytes)}). ${warning}`)
    this.propose(proposal`Next: ${herokuCommand('heapdump:analyze', [saved.file])}`)

    return {factsFile: facts.file, key, ...saved}
  }
}
