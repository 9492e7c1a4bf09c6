import type {HistoryReport} from '../../lib/analysis/history/judge-history.js'
import {HeapdumpCommand} from '../../lib/cli/base-command.js'
import {storedDumpArg} from '../../lib/cli/dump-args.js'
import {herokuCommand} from '../../lib/command-line.js'
import {gcOf, readHistory} from '../../lib/process-history.js'
import {dumpFacts} from '../../lib/render/dump-facts.js'
import type {StoredDump} from '../../lib/store/store.js'

export type InfoResult = StoredDump & {
  /** GC.stat of the process when it was dumped; null: not recorded. */
  readonly gc: Readonly<Record<string, unknown>> | null
  /** What the agent recorded about the process until then; null: nothing. */
  readonly history: HistoryReport | null
}

export default class HeapdumpInfo extends HeapdumpCommand {
  static override args = {
    dump: storedDumpArg({default: 'latest'}),
  }

  static override summary = 'show what is recorded about a heap dump, without downloading it'

  static override examples = [
    '$ heroku heapdump:info --app example-app',
    '$ heroku heapdump:info d7k2mq --app example-app --json',
  ]

  async run(): Promise<InfoResult> {
    const {args, flags} = await this.parse(HeapdumpInfo)
    const [{bucket, dump}, {judgeHistory}] = await Promise.all([
      this.findStored(args.dump, flags),
      import('../../lib/analysis/history/judge-history.js'),
    ])
    const facts = await bucket.store.readFacts(dump.key)
    const past = readHistory(facts)
    const result = {...dump, gc: gcOf(facts), history: past === null ? null : judgeHistory(past)}
    const next = ['analyze', 'download', 'url', 'delete'].map(command =>
      herokuCommand(`heapdump:${command}`, [dump.id], bucket.target),
    )
    await this.show('FactList', {facts: dumpFacts(result, bucket.settings.bucket), next, title: `Heap dump ${dump.id}`})
    return result
  }
}
