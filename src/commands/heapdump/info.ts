import {Args} from '@oclif/core'
import type {HistoryReport} from '../../lib/analysis/history/judge-history.js'
import {HeapdumpCommand} from '../../lib/cli/base-command.js'
import {herokuCommand, type Target} from '../../lib/command-line.js'
import type {StoredDump} from '../../lib/store/store.js'
import {formatAge, formatBytes, formatCount, formatCounted, formatDuration, formatQuota} from '../../lib/units.js'

export type InfoResult = StoredDump & {
  /** Ruby's GC.stat when it was dumped; null: nobody wrote it down. */
  readonly gc: Readonly<Record<string, unknown>> | null
  /** What the agent recorded of the process's past; null: nobody did. */
  readonly history: HistoryReport | null
}

export default class HeapdumpInfo extends HeapdumpCommand {
  static override args = {
    dump: Args.string({
      default: 'latest',
      description: 'id or key of a dump (see heapdump:list), or latest',
      ignoreStdin: true,
    }),
  }

  static override description = 'show all that is known of a heap dump without reading it'

  static override examples = [
    '$ heroku heapdump:info --app example-app',
    '$ heroku heapdump:info d7k2mq --app example-app --json',
  ]

  async run(): Promise<InfoResult> {
    const {args, flags} = await this.parse(HeapdumpInfo)
    const settings = await this.settings(flags)
    const [{openStore}, {findDump}, {readBucketSettings}, {judgeHistory}, {readHistory}] = await Promise.all([
      import('../../lib/store/open-store.js'),
      import('../../lib/store/find-dump.js'),
      import('../../lib/store/bucket-settings.js'),
      import('../../lib/analysis/history/judge-history.js'),
      import('../../lib/process-history.js'),
    ])
    const store = openStore(settings.vars, settings.source)
    const dump = await findDump(store, args.dump, this.target(flags))
    const facts = (await store.readFacts(dump.key)) ?? {}
    const past = readHistory(facts)
    const gc = (facts.gc ?? null) as InfoResult['gc']
    const result = {...dump, gc, history: past === null ? null : judgeHistory(past)}
    if (!this.jsonEnabled())
      await this.show(result, readBucketSettings(settings.vars, settings.source).bucket, this.target(flags))
    return result
  }

  private async show(dump: InfoResult, bucket: string, target: Target): Promise<void> {
    const [{renderScreen}, {createElement}, {FactList}, {terminalWidth}, {pastFacts}] = await Promise.all([
      import('../../lib/render/ink/render-screen.js'),
      import('react'),
      import('../../lib/render/ink/FactList.js'),
      import('../../lib/render/terminal.js'),
      import('../../lib/render/past-facts.js'),
    ])
    const width = terminalWidth()
    const next = ['analyze', 'download', 'url', 'delete'].map(command =>
      herokuCommand(`heapdump:${command}`, [dump.id], target),
    )
    const facts = [...describe(dump, bucket), ...pastFacts(dump.history)]
    this.print(renderScreen(createElement(FactList, {facts, next, title: `Heap dump ${dump.id}`, width}), width))
  }
}

function describe(dump: InfoResult, bucket: string): Array<readonly [string, string]> {
  const yesNo = (value: boolean | null, yes: string, no: string) => (value === null ? 'unknown' : value ? yes : no)
  const window =
    dump.tracedSeconds === null ? 'yes, since the process started' : `yes, for ${formatDuration(dump.tracedSeconds)}`
  const limit = dump.quotaBytes === null ? '' : `; the dyno may have ${formatQuota(dump.quotaBytes)}`
  const facts: Array<readonly [string, string | null]> = [
    // Apart, so that each fits a line and can be copied whole.
    ['Bucket', bucket],
    ['Key', dump.key],
    ['Taken', `${dump.createdAt} (${formatAge(Date.parse(dump.createdAt), Date.now())})`],
    ['Dyno', dump.dyno],
    [
      'Process',
      dump.process === null && dump.pid === null
        ? null
        : [dump.process, dump.pid === null ? null : `pid ${dump.pid}`].filter(Boolean).join(', '),
    ],
    ['Release', dump.release],
    ['Ruby', dump.ruby],
    [
      'Memory',
      dump.memoryBytes === null ? null : `${formatBytes(dump.memoryBytes)} resident when it was dumped${limit}`,
    ],
    ['Growth', dump.growth === null || dump.growth.dumps === 0 ? null : describeGrowth(dump.growth)],
    ['Objects', dump.objects === null ? null : formatCount(dump.objects)],
    ['Size', dump.bytes === null ? null : `${formatBytes(dump.bytes)}, stored as ${formatBytes(dump.storedBytes)}`],
    ['Traced', yesNo(dump.traced, window, 'no: where objects were allocated is not in it')],
    ['Redacted', yesNo(dump.redacted, 'yes: values of strings are hashes', 'no: it holds every string in plain text')],
    ['Stall', dump.stallMs === null ? null : `the process stood still for ${dump.stallMs} ms`],
    ['GC', dump.gc === null ? null : describeCollections(dump.gc)],
  ]
  return facts.filter((fact): fact is [string, string] => fact[1] !== null)
}

function describeGrowth({bytes, dumps, whileDumping}: NonNullable<StoredDump['growth']>): string {
  return `${formatBytes(bytes)} since its first dump, ${formatBytes(whileDumping)} of it during dumps (${formatCount(dumps)} before this one)`
}

function describeCollections({
  count,
  major_gc_count: major,
  heap_live_slots: live,
}: Readonly<Record<string, unknown>>): string {
  const parts = [
    typeof count === 'number' ? `${formatCounted(count, 'collection')} so far` : null,
    typeof major === 'number' ? `${formatCount(major)} of them major` : null,
    typeof live === 'number' ? `${formatCounted(live, 'live slot')}` : null,
  ]
  return parts.filter(Boolean).join(', ')
}
