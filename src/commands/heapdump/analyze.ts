import {Args, Errors, Flags} from '@oclif/core'
import type {AnalysisReport} from '../../lib/analysis/report.js'
import {HeapdumpCommand} from '../../lib/base-command.js'
import type {NamedDump} from '../../lib/dump-argument.js'

/** Exit status of an analysis that is complete as far as the dump is. */
const DONE_WITH_WARNING = 3
/** Rows a table where --top says nothing: a screen for people, more for scripts. */
const TOP_ON_SCREEN = 10
const TOP_IN_JSON = 100

const generationFlag = Flags.custom<number | null>({
  helpValue: 'N|nil',
  async parse(text) {
    if (text === 'nil') return null
    if (/^\d{1,9}$/.test(text)) return Number(text)
    throw new Errors.CLIError(`--generation ${text}: write a number, or nil for objects that were not traced.`, {exit: 2})
  },
})

export default class HeapdumpAnalyze extends HeapdumpCommand {
  static override args = {
    dump: Args.string({default: 'latest', description: 'a dump: a file (.gz too), - for standard input, an id or key of the bucket'}),
  }

  static override description = 'analyze a heap dump: what is in memory, since when, from which lines of code'

  static override examples = [
    '$ heroku heapdump:analyze --app example-app',
    '$ heroku heapdump:analyze d7k2mq --app example-app',
    '$ heroku heapdump:analyze heap.json.gz',
    '$ heroku heapdump:analyze heap.json --top 0 --json',
    '$ cat heap.json | heroku heapdump:analyze - --generation nil',
  ]

  static override flags = {
    generation: generationFlag({description: 'only objects allocated in this generation (nil: not traced)'}),
    top: Flags.integer({description: `rows a table, 0 = all (${TOP_ON_SCREEN}; with --json ${TOP_IN_JSON})`, min: 0}),
  }

  async run(): Promise<AnalysisReport> {
    const {args, flags} = await this.parse(HeapdumpAnalyze)
    const [{askOnce}, {openProgressBar}] = await Promise.all([
      import('../../lib/analysis/open-analysis.js'),
      import('../../lib/render/progress-bar.js'),
    ])
    const [dump] = await this.findDumps([args.dump], flags)
    const progress = openProgressBar(process.stderr)
    const top = flags.top ?? (this.jsonEnabled() ? TOP_IN_JSON : TOP_ON_SCREEN)
    const report = await askOnce(dump, 'report', {generation: flags.generation, top}, progress.onProgress).finally(() => progress.close())

    if (report.dump.truncated) {
      process.exitCode = DONE_WITH_WARNING
      this.warn('This dump is cut short: every number is a lower bound. Was its upload interrupted, or the disk full?')
    }

    if (!this.jsonEnabled()) await this.show(report, dump, flags.generation)
    return report
  }

  private async show(report: AnalysisReport, dump: NamedDump, generation?: number | null): Promise<void> {
    const [{renderScreen}, {createElement}, {Analysis}, {terminalWidth}] = await Promise.all([
      import('../../lib/render/ink/render-screen.js'),
      import('react'),
      import('../../lib/render/ink/Analysis.js'),
      import('../../lib/render/terminal.js'),
    ])
    const width = terminalWidth()
    const next = [`heroku heapdump:analyze ${dump.name}${dump.target} --top 50`, '--generation N', '--json']
    this.log(renderScreen(createElement(Analysis, {generation, next, report, title: dump.title, width}), width))
  }
}
