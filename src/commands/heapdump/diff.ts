import type {GrowthReport} from '../../lib/analysis/compare/growth.js'
import {warningsOfCompared} from '../../lib/analysis/report/incomplete.js'
import {HeapdumpCommand} from '../../lib/cli/base-command.js'
import {completeAdvice} from '../../lib/cli/complete-advice.js'
import {dumpArg} from '../../lib/cli/dump-args.js'
import {topFlag, topRows} from '../../lib/cli/top-flag.js'
import {DONE_WITH_WARNING} from '../../lib/errors.js'
import type {DumpOfDiff} from '../../lib/inputs/dumps-of-diff.js'
import {nextAfterGrowth} from '../../lib/render/next-after.js'

export type DiffResult = Omit<GrowthReport, 'dumps'> & {
  readonly dumps: ReadonlyArray<GrowthReport['dumps'][number] & DumpOfDiff>
  /** From the first dump to the last; null if a time is unknown. */
  readonly hours: number | null
  readonly warnings: readonly string[]
}

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
  ]

  static override flags = {
    top: topFlag(),
  }

  async run(): Promise<DiffResult> {
    const {args, flags} = await this.parse(HeapdumpDiff)
    const [{compareDumps}, {prepareDiff}, {findLastTwo}] = await Promise.all([
      import('../../lib/analysis/session/compare-dumps.js'),
      import('../../lib/inputs/dumps-of-diff.js'),
      import('../../lib/inputs/named-dump.js'),
    ])
    const {a, b = 'latest', c} = args
    const found = await (a === undefined
      ? findLastTwo(await this.openBucket(flags))
      : this.findDumps([a, b, ...(c === undefined ? [] : [c])], flags))
    const {dumps, hours, warnings, movement} = await prepareDiff(found)
    const top = topRows(flags.top, {isJson: this.jsonEnabled()})
    const options = {hours: movement === 'other-process' ? hours.map(() => null) : hours, movement, top}
    const origin = found.find(dump => dump.origin.length > 0)?.origin ?? []
    const read = await this.withProgress(onProgress => compareDumps(found, options, onProgress))
    const report = completeAdvice(read, origin)
    const compared = dumps.flatMap((known, at) => report.dumps.slice(at, at + 1).map(dump => ({...dump, ...known})))
    const cut = warningsOfCompared(compared)
    if (cut.length > 0) process.exitCode = DONE_WITH_WARNING
    const result: DiffResult = {
      ...report,
      dumps: compared,
      hours: hours.includes(null) ? null : hours.reduce<number>((sum, one) => sum + (one ?? 0), 0),
      warnings: [...warnings, ...cut],
    }
    for (const warning of result.warnings) this.warn(warning)
    const {name} = found.at(-1) ?? found[0]
    const target = found.find(dump => dump.target.length > 0)?.target ?? []
    const next = nextAfterGrowth(result.suspects, {name, target})
    await this.show('Growth', {...result, hoursToSecond: hours[0] ?? null, next})
    return result
  }
}
