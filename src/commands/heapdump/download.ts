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
  /** What is known of the dump, where heapdump:analyze finds it: beside the dump. null: not kept. */
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
    const {keepFacts, placeOf, saveDump} = await import('../../lib/store/save-dump.js')
    // Before anything is asked of anybody.
    const place = await placeOf(flags.output ?? '.', flags.force)
    const {bucket, dump} = await this.findStored(args.dump, flags)
    const {id, key, redacted} = dump
    const file = place.isDirectory ? join(place.path, key.endsWith('.gz') ? `${id}.json.gz` : `${id}.json`) : place.path
    const options = {overwrite: flags.force, signal: stop.signal}
    const saved = await this.withProgress(onProgress =>
      saveDump(() => bucket.store.open(dump, stop.signal), file, {...options, onProgress}),
    ).finally(() => stop.release())
    const kept = await keepFacts(file, bucket.app, {...dump, storedBytes: saved.bytes}, bucket.store)
    if (kept.problem !== null) this.warn(`What is known of the dump was not kept beside it: ${kept.problem}`)
    const warning =
      redacted === true ? 'Values of strings are hashes in it.' : 'It holds every string of the app: keep it safe.'
    this.log(`Downloaded ${id} to ${saved.file} (${formatBytes(saved.bytes)}). ${warning}`)
    this.propose(proposal`Next: ${herokuCommand('heapdump:analyze', [saved.file])}`)

    return {factsFile: kept.file, key, ...saved}
  }
}
