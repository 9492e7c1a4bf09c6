import {Args} from '@oclif/core'
import type {HistoryReport} from '../../lib/analysis/history/judge-history.js'
import {HeapdumpCommand} from '../../lib/cli/base-command.js'
import {herokuCommand} from '../../lib/command-line.js'
import {dumpFacts} from '../../lib/render/dump-facts.js'
import type {StoredDump} from '../../lib/store/store.js'

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
    const {bucket} = readBucketSettings(settings.vars, settings.source)
    const next = ['analyze', 'download', 'url', 'delete'].map(command =>
      herokuCommand(`heapdump:${command}`, [dump.id], this.target(flags)),
    )
    await this.show('FactList', {facts: dumpFacts(result, bucket), next, title: `Heap dump ${dump.id}`})
    return result
  }
}
