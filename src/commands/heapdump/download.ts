import {Args, Flags} from '@oclif/core'
import {basename} from 'node:path'
import {HeapdumpCommand} from '../../lib/cli/base-command.js'
import {catchSignals} from '../../lib/cli/catch-signals.js'
import {herokuCommand, proposal} from '../../lib/command-line.js'
import {formatBytes} from '../../lib/units.js'

export type DownloadResult = {
  readonly key: string
  readonly file: string
  readonly bytes: number
  readonly sha256: string
}

export default class HeapdumpDownload extends HeapdumpCommand {
  static override args = {
    dump: Args.string({
      default: 'latest',
      description: 'id or key of a dump (see heapdump:list), or latest',
      ignoreStdin: true,
    }),
  }

  static override description = 'download a heap dump to a file'

  static override examples = [
    '$ heroku heapdump:download --app example-app',
    '$ heroku heapdump:download d7k2mq --output heap.json.gz --app example-app',
  ]

  static override flags = {
    force: Flags.boolean({char: 'f', description: 'write over a file that is there'}),
    output: Flags.string({
      char: 'o',
      description: 'file to write; its own name in this directory when absent',
      helpValue: 'FILE',
    }),
  }

  async run(): Promise<DownloadResult> {
    const {args, flags} = await this.parse(HeapdumpDownload)
    const stop = catchSignals('SIGINT', 'SIGTERM', 'SIGHUP')
    const [{bucket, dump}, {saveDump}] = await Promise.all([
      this.findStored(args.dump, flags),
      import('../../lib/store/save-dump.js'),
    ])
    const {id, key, redacted} = dump
    const file = flags.output ?? basename(key).replaceAll(':', '-')
    const options = {overwrite: flags.force, signal: stop.signal}
    const saved = await this.withProgress(onProgress =>
      saveDump(() => bucket.store.open(dump, stop.signal), file, {...options, onProgress}),
    ).finally(() => stop.release())
    const warning =
      redacted === true ? 'Values of strings are hashes in it.' : 'It holds every string of the app: keep it safe.'
    this.log(`Downloaded ${id} to ${saved.file} (${formatBytes(saved.bytes)}). ${warning}`)
    this.propose(proposal`Next: ${herokuCommand('heapdump:analyze', [saved.file])}`)

    return {key, ...saved}
  }
}
