import {HeapdumpCommand} from '../../lib/cli/base-command.js'
import {completeAdvice} from '../../lib/cli/complete-advice.js'
import {dumpArg} from '../../lib/cli/dump-args.js'
import {herokuCommand, proposal, type Target} from '../../lib/command-line.js'
import {UserError} from '../../lib/errors.js'
import {canRedraw} from '../../lib/render/terminal.js'

/** Rows of the first lists. The lists that they open have no limit. */
const TOP = 1000

export default class HeapdumpExplore extends HeapdumpCommand {
  static override args = {
    dump: dumpArg({default: 'latest', description: 'dump id or key in the bucket, latest, or a file (may be gzipped)'}),
  }

  static override summary = 'browse a heap dump full-screen: suspects, classes, allocation sites, referrers'

  static override enableJsonFlag = false

  static override examples = [
    '$ heroku heapdump:explore --app example-app',
    '$ heroku heapdump:explore d7k2mq --app example-app',
    '$ heroku heapdump:explore heap.json.gz',
  ]

  async run(): Promise<void> {
    const {args, flags} = await this.parse(HeapdumpExplore)
    this.requireTerminal(args.dump, this.target(flags))
    const [{openAnalysis}, {explore}, {openProgressBar}] = await Promise.all([
      import('../../lib/analysis/session/open-analysis.js'),
      import('../../lib/render/explorer.js'),
      import('../../lib/render/progress-bar.js'),
    ])
    const [dump] = await this.findDumps([args.dump], flags)
    const progress = openProgressBar(process.stderr)
    let exploring = false
    const analysis = await openAnalysis([dump], step => {
      if (!exploring) progress.onProgress(step)
    }).catch((error: unknown) => {
      progress.close()
      throw error
    })
    try {
      const read = await analysis.ask('report', {aliveOnly: true, top: TOP}).finally(() => progress.close())
      const report = completeAdvice(read, dump.origin)
      exploring = true
      const status = await explore({analysis, report, stdin: process.stdin, stdout: process.stdout, title: dump.title})
      if (status !== null) process.exitCode = status
      this.propose(
        proposal`Next: ${herokuCommand('heapdump:analyze', [dump.name], [...dump.target, '--html', 'report.html'])}`,
      )
    } finally {
      await analysis.close()
    }
  }

  private requireTerminal(dump: string, target: Target): void {
    if (dump === '-') {
      throw new UserError('heapdump:explore reads keys from stdin, so the dump cannot come from stdin.', {
        code: 'no_keyboard',
        exit: 2,
        hint: 'Save it to a file first.',
      })
    }

    if (process.stdin.isTTY && canRedraw(process.stdout)) return
    throw new UserError('heapdump:explore needs a terminal: it is a full-screen program.', {
      code: 'no_terminal',
      exit: 2,
      hint: [
        'In a log or a script, use this with --json, --html FILE or --format markdown:',
        proposal`  ${herokuCommand('heapdump:analyze', [dump], target)}`,
      ],
    })
  }
}
