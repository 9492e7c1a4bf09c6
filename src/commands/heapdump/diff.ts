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
    const names = [a, b, c].filter(name => name !== undefined)
    const found = await (a === undefined ? findLastTwo(await this.openBucket(flags)) : this.findDumps(names, flags))
    const {dumps, hours, warnings, movement} = await prepareDiff(found)
    const top = flags.top ?? (this.jsonEnabled() ? TOP_IN_JSON : TOP_ON_SCREEN)
    const options = {hours: movement === 'other-process' ? hours.map(() => null) : hours, movement, top}
    const report = await this.withProgress(onProgress => compareDumps(found, options, onProgress))
    const cut = warningsOfCompared(report.dumps.map(({truncated}, at) => ({name: dumps[at].name, truncated})))
    if (cut.length > 0) process.exitCode = DONE_WITH_WARNING
    const result: DiffResult = {
      ...report,
      dumps: report.dumps.map((dump, at) => ({...dump, ...dumps[at]})),
      hours: hours.includes(null) ? null : hours.reduce<number>((sum, one) => sum + (one ?? 0), 0),
      warnings: [...warnings, ...cut],
    }
    for (const warning of result.warnings) this.warn(warning)
    const last = result.dumps[result.dumps.length - 1]
    const target = found.find(dump => dump.target.length > 0)?.target ?? []
    const next = nextAfterGrowth(result.suspects, {name: last.name, target})
    await this.show('Growth', {...result, hoursToSecond: hours[0], next})
    return result
  }
}
