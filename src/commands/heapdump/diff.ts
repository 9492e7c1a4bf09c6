import {keptByApp, takeTopOfBoth} from '../../lib/analysis/compare/garbage.js'
import {takeTop} from '../../lib/analysis/objects/options.js'
import {HeapdumpCommand} from '../../lib/cli/base-command.js'
import {completeAdvice} from '../../lib/cli/complete-advice.js'
import {type DiffDocument, diffDocument} from '../../lib/cli/documents.js'
import {dumpArg} from '../../lib/cli/dump-args.js'
import {HTML_FLAGS, MAP, rowsInHtml, rowsToRead} from '../../lib/cli/html-flags.js'
import {topFlag, topRows} from '../../lib/cli/top-flag.js'
import {DONE_WITH_WARNING} from '../../lib/errors.js'
import {nextAfterGrowth} from '../../lib/render/next-after.js'

export type DiffResult = DiffDocument

export default class HeapdumpDiff extends HeapdumpCommand {
  static override args = {
    a: dumpArg({
      description:
        'the older dump: its id or key, a file, or - for stdin (default: compare the last two dumps of a process)',
    }),
    b: dumpArg({description: 'the newer dump (default: latest)'}),
    c: dumpArg({description: 'a third, newer dump: count only objects still alive in it'}),
  }

  static override summary = 'compare two or three heap dumps of one process: what grew, and what owns it'

  static override examples = [
    '$ heroku heapdump:diff --app example-app',
    '$ heroku heapdump:diff d7k2mq d9x0pa --app example-app',
    '$ heroku heapdump:diff d7k2mq d9x0pa latest --app example-app',
    '$ heroku heapdump:diff before.json.gz after.json.gz --top 0 --json',
    '$ heroku heapdump:diff --app example-app --html growth.html',
  ]

  static override flags = {
    ...HTML_FLAGS,
    top: {...topFlag(), helpGroup: 'output'},
  }

  async run(): Promise<DiffResult> {
    const {args, flags} = await this.parse(HeapdumpDiff)
    const file = flags.html === undefined ? null : await import('../../lib/render/html/write-comparison.js')
    await file?.refuseTakenReport(flags)
    const [{compareDumps}, {historyOf}, {prepareDiff}, {findLastTwo}] = await Promise.all([
      import('../../lib/analysis/session/compare-dumps.js'),
      import('../../lib/analysis/session/open-analysis.js'),
      import('../../lib/inputs/dumps-of-diff.js'),
      import('../../lib/inputs/named-dump.js'),
    ])
    const {a, b = 'latest', c} = args
    const found = await (a === undefined
      ? findLastTwo(await this.openBucket(flags))
      : this.findDumps([a, b, ...(c === undefined ? [] : [c])], flags))
    const prepared = await prepareDiff(found)
    const {hours, movement} = prepared
    const top = topRows(flags.top, {isJson: this.jsonEnabled()})
    const rows = rowsToRead(top, file && rowsInHtml(flags.top))
    const options = {hours: movement === 'other-process' ? hours.map(() => null) : hours, movement, top: rows}
    const origin = found.find(dump => dump.origin.length > 0) ?? found[0]
    const last = found.at(-1) ?? found[0]
    const [history, {report, trees}] = await Promise.all([
      historyOf(last),
      this.withProgress(onProgress => compareDumps(found, options, {map: file && MAP, onProgress})),
    ])
    const full = diffDocument(completeAdvice(report, origin), prepared, history)
    if (full.dumps.some(({truncated}) => truncated)) process.exitCode = DONE_WITH_WARNING
    const result = {...full, growth: takeTop(full.growth, {top})}
    for (const warning of result.warnings) this.warn(warning)
    const target = found.find(dump => dump.target.length > 0)?.target ?? []
    const next = nextAfterGrowth(result.suspects, {name: last.name, target})
    const growth = takeTop(keptByApp(full.growth), {top})
    await this.show('Growth', {...result, growth, hoursToSecond: hours[0] ?? null, next})
    if (file !== null && trees !== null) {
      const page = {...full, growth: takeTopOfBoth(full.growth, rowsInHtml(flags.top))}
      this.say(await file.writeGrowth(flags, {history, report: page, title: last.titleToShare, trees}))
    }

    return result
  }
}
