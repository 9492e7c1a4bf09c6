import {Args, Flags} from '@oclif/core'
import type {GrowthReport} from '../../lib/analysis/compare/growth.js'
import {warningsOfCompared} from '../../lib/analysis/report/incomplete.js'
import {HeapdumpCommand} from '../../lib/cli/base-command.js'
import {DONE_WITH_WARNING} from '../../lib/errors.js'
import type {DumpOfDiff} from '../../lib/inputs/dumps-of-diff.js'
import {nextAfterGrowth} from '../../lib/render/next-after.js'

/** Rows a table where --top says nothing: a screen for people, more for scripts. */
const TOP_ON_SCREEN = 10
const TOP_IN_JSON = 100

export type DiffResult = Omit<GrowthReport, 'dumps'> & {
  readonly dumps: ReadonlyArray<GrowthReport['dumps'][number] & DumpOfDiff>
  /** From the first dump to the last; null while a time is unknown. */
  readonly hours: number | null
  readonly warnings: readonly string[]
}

export default class HeapdumpDiff extends HeapdumpCommand {
  static override args = {
    a: Args.string({
      description:
        'the older dump: a file (.gz too), - for standard input, an id or key of the bucket; without any, the last two of a process are compared',
      ignoreStdin: true,
    }),
    b: Args.string({description: 'the newer dump; the latest if omitted', ignoreStdin: true}),
    c: Args.string({
      description: 'a third, newer still: then only what is in it too counts, and not what was in flight',
      ignoreStdin: true,
    }),
  }

  static override description = 'compare two or three heap dumps of a process: what grew, who holds it, how fast'

  static override examples = [
    '$ heroku heapdump:diff --app example-app',
    '$ heroku heapdump:diff d7k2mq d9x0pa --app example-app',
    '$ heroku heapdump:diff d7k2mq d9x0pa latest --app example-app',
    '$ heroku heapdump:diff before.json.gz after.json.gz --top 0 --json',
  ]

  static override flags = {
    top: Flags.integer({description: `rows a table, 0 = all (${TOP_ON_SCREEN}; with --json ${TOP_IN_JSON})`, min: 0}),
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
    const top = flags.top ?? (this.jsonEnabled() ? TOP_IN_JSON : TOP_ON_SCREEN)
    const options = {hours: movement === 'other-process' ? hours.map(() => null) : hours, movement, top}
    const report = await this.withProgress(onProgress => compareDumps(found, options, onProgress))
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
