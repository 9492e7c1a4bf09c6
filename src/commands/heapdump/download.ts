import {Args, Flags} from '@oclif/core'
import {basename} from 'node:path'
import {HeapdumpCommand} from '../../lib/cli/base-command.js'
import {herokuCommand, proposal} from '../../lib/command-line.js'
import {formatBytes} from '../../lib/units.js'

export type DownloadResult = {
  readonly key: string
  readonly file: string
  readonly bytes: number
  readonly sha256: string
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

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
    const interrupted = new AbortController()
    const stop = () => interrupted.abort()
    for (const signal of SIGNALS) process.once(signal, stop)
    const settings = await this.settings(flags)
    const [{openStore}, {findDump}, {saveDump}, {openProgressBar}] = await Promise.all([
      import('../../lib/store/open-store.js'),
      import('../../lib/store/find-dump.js'),
      import('../../lib/store/save-dump.js'),
      import('../../lib/render/progress-bar.js'),
    ])
    const store = openStore(settings.vars, settings.source)
    const dump = await findDump(store, args.dump, this.target(flags))
    const {id, key, redacted} = dump
    const file = flags.output ?? basename(key).replaceAll(':', '-')
    const progress = openProgressBar(process.stderr)
    const saved = await saveDump(() => store.open(dump, interrupted.signal), file, {
      onProgress: progress.onProgress,
      overwrite: flags.force,
      signal: interrupted.signal,
    }).finally(() => {
      progress.close()
      for (const signal of SIGNALS) process.removeListener(signal, stop)
    })
    const warning =
      redacted === true ? 'Values of strings are hashes in it.' : 'It holds every string of the app: keep it safe.'
    this.log(`Downloaded ${id} to ${saved.file} (${formatBytes(saved.bytes)}). ${warning}`)
    this.propose(proposal`Next: ${herokuCommand('heapdump:analyze', [saved.file])}`)

    return {key, ...saved}
  }
}
