import {keptByApp, takeTopOfBoth} from '../../lib/analysis/compare/garbage.js'
import {takeTop} from '../../lib/analysis/objects/options.js'
import {HeapdumpCommand} from '../../lib/cli/base-command.js'
import type {DiffDocument} from '../../lib/cli/documents.js'
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
    const [{diffDumps}, {findLastTwo}] = await Promise.all([
      import('../../lib/cli/diff-dumps.js'),
      import('../../lib/inputs/named-dump.js'),
    ])
    const {a, b = 'latest', c} = args
    const found = await (a === undefined
      ? findLastTwo(await this.openBucket(flags))
      : this.findDumps([a, b, ...(c === undefined ? [] : [c])], flags))
    const top = topRows(flags.top, {isJson: this.jsonEnabled()})
    const last = found.at(-1) ?? found[0]
    const {
      document: full,
      history,
      hoursToSecond,
      trees,
    } = await diffDumps(found, {
      map: file && MAP,
      rows: rowsToRead(top, file && rowsInHtml(flags.top)),
      withProgress: this.withProgress.bind(this),
    })
    if (full.dumps.some(({truncated}) => truncated)) process.exitCode = DONE_WITH_WARNING
    const result = {...full, growth: takeTop(full.growth, {top})}
    for (const warning of result.warnings) this.warn(warning)
    const target = found.find(dump => dump.target.length > 0)?.target ?? []
    const next = nextAfterGrowth(result.suspects, {name: last.name, target})
    const growth = takeTop(keptByApp(full.growth), {top})
    await this.show('Growth', {...result, growth, hoursToSecond, next})
    if (file !== null && trees !== null) {
      const page = {...full, growth: takeTopOfBoth(full.growth, rowsInHtml(flags.top))}
      this.say(await file.writeGrowth(flags, {history, report: page, title: last.titleToShare, trees}))
    }

    return result
  }
}
