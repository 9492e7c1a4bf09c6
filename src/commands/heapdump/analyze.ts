import {cutReport} from '../../lib/analysis/report/cut-report.js'
import {failure} from '../../lib/analysis/report/fail-on.js'
import type {ProcessesReport} from '../../lib/analysis/compare/process-table.js'
import {AnalyzeCommand} from '../../lib/cli/analyze-command.js'
import {DONE_WITH_WARNING} from '../../lib/errors.js'
import {ANALYZE_FLAGS, isFormatJson} from '../../lib/cli/analyze-flags.js'
import {completeAdvice} from '../../lib/cli/complete-advice.js'
import {dumpArg} from '../../lib/cli/dump-args.js'
import {type AnalysisDocument, analysisDocument} from '../../lib/cli/documents.js'
import {planAnalysis} from '../../lib/cli/plan-analysis.js'

/** Of several dumps: the second. `cleared`: number of reports deleted from the cache; heaps are deleted too. */
export type AnalyzeResult = AnalysisDocument | ProcessesReport | {readonly cleared: number}

export default class HeapdumpAnalyze extends AnalyzeCommand {
  static override args = {
    dump: dumpArg({default: ['latest'], multiple: true}),
  }

  static override summary = 'analyze a heap dump: what uses memory, what owns it, which lines allocate it'

  static override usage = 'heapdump:analyze [DUMP...] [-a APP] [FLAGS]'

  static override examples = [
    '$ heroku heapdump:analyze --app example-app',
    '$ heroku heapdump:analyze d7k2mq --app example-app',
    '$ heroku heapdump:analyze heap.json.gz',
    '$ heroku heapdump:analyze latest --processes --app example-app',
    '$ heroku heapdump:analyze d7k2mq d9x0pa --app example-app',
    '$ heroku heapdump:analyze heap.json --top 0 --json',
    '$ heroku heapdump:analyze d7k2mq --app example-app --html report.html',
    '$ heroku heapdump:analyze heap.json --format markdown --fail-on high',
    '$ heroku heapdump:analyze heap.json --class Order --section sites',
    '$ cat heap.json | heroku heapdump:analyze - --generation nil',
  ]

  static override flags = ANALYZE_FLAGS

  /** `--format json` means `--json`. */
  override jsonEnabled(): boolean {
    return super.jsonEnabled() || isFormatJson(this.argv)
  }

  async run(): Promise<AnalyzeResult> {
    const {args, flags, raw} = await this.parse(HeapdumpAnalyze)
    if (flags['clear-cache']) return this.clearCache()
    if (flags.processes || args.dump.length > 1) return this.compareProcesses(args.dump, flags, raw)
    const file = flags.html === undefined ? null : await import('../../lib/render/html/write-report.js')
    // Reading can take minutes, so check first that the report can be written.
    await file?.refuseTakenReport(flags)
    const [dump] = await this.findDumps([args.dump[0] ?? 'latest'], flags)
    const plan = planAnalysis({...flags, json: this.jsonEnabled()})
    const {readReport} = await import('../../lib/inputs/read-report.js')
    const reading = {...(await this.reading(flags)), summarizes: flags.cache}
    const read = await this.withProgress(onProgress => readReport(dump, plan, {...reading, onProgress}))
    this.keepSummary(dump, read.summary, flags.verbose)
    const full = completeAdvice(read.report, dump)
    const report = cutReport(full, plan.rows, {aliveOnly: plan.read.aliveOnly === true})
    if (!this.jsonEnabled()) {
      const {drawAnalysis} = await import('../../lib/render/draw-analysis.js')
      this.print(await drawAnalysis(report, dump, flags))
    }

    const {drawn, kept} = read
    if (file !== null && drawn !== null && plan.page !== null)
      this.say(...(await file.writeAnalysis(flags, {...drawn, dump, report: cutReport(full, plan.page.rows)})))
    await kept
    this.warnIfTruncated(report.dump)
    const reason = failure(report.suspects, flags['fail-on'])
    if (reason !== null) {
      process.exitCode = DONE_WITH_WARNING
      this.say(reason)
    }

    return analysisDocument(report, dump)
  }
}
