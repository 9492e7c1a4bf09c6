import {HeapdumpCommand} from '../../lib/cli/base-command.js'
import {completeAdvice} from '../../lib/cli/complete-advice.js'
import {cacheFlag} from '../../lib/cli/flags.js'
import {dumpArg} from '../../lib/cli/dump-args.js'
import {requireTerminal} from '../../lib/cli/require-terminal.js'
import {herokuCommand, proposal} from '../../lib/command-line.js'

/** Rows of the first lists. The lists that they open have no limit. */
const TOP = 1000

export default class HeapdumpExplore extends HeapdumpCommand {
  static override args = {
    dump: dumpArg({default: 'latest', description: 'dump id or key in the bucket, latest, or a file (may be gzipped)'}),
  }

  static override summary = 'browse a heap dump full-screen: suspects, classes, allocation sites, referrers'

  static override usage = 'heapdump:explore [DUMP] [-a APP] [FLAGS]'

  static override enableJsonFlag = false

  static override examples = [
    '$ heroku heapdump:explore --app example-app',
    '$ heroku heapdump:explore d7k2mq --app example-app',
    '$ heroku heapdump:explore heap.json.gz',
  ]

  static override flags = {cache: cacheFlag}

  async run(): Promise<void> {
    const {args, flags} = await this.parse(HeapdumpExplore)
    requireTerminal({
      dumps: [args.dump],
      needed: 'heapdump:explore needs a terminal: it is a full-screen program.',
      occupied: 'heapdump:explore reads keys from stdin, so the dump cannot come from stdin.',
      otherwise: [
        'In a log or a script, use this with --json, --html FILE or --format markdown:',
        proposal`  ${herokuCommand('heapdump:analyze', [args.dump], this.target(flags))}`,
      ],
    })
    const [{keepAndClose, openWithReport}, {explore}] = await Promise.all([
      import('../../lib/inputs/open-cached.js'),
      import('../../lib/render/explorer.js'),
    ])
    const [dump] = await this.findDumps([args.dump], flags)
    const reading = await this.reading(flags)
    const {analysis, report: read} = await this.withProgress(onProgress =>
      openWithReport(dump, {aliveOnly: true, masked: true, top: TOP}, {...reading, onProgress}),
    )
    try {
      const report = completeAdvice(read, dump)
      const {stdin, stdout} = process
      const {copied, status} = await explore({analysis, dump, report, stdin, stdout, title: dump.title})
      if (status !== null) process.exitCode = status
      const html = herokuCommand('heapdump:analyze', [dump.name], [...dump.target, '--html', 'report.html'])
      if (copied.length > 0) this.log(...copied)
      else this.propose(proposal`Next: ${html}`)
    } finally {
      // Not earlier: the worker would let keys wait.
      await keepAndClose(analysis)
    }
  }
}
