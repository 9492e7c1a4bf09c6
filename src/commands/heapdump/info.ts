import type {HistoryReport} from '../../lib/analysis/history/judge-history.js'
import type {RecordedMemory} from '../../lib/analysis/tables/recorded-memory.js'
import {HeapdumpCommand} from '../../lib/cli/base-command.js'
import {storedDumpArg} from '../../lib/cli/dump-args.js'
import {herokuCommand} from '../../lib/command-line.js'
import {parseMemoryRecord} from '../../lib/parse-memory-record.js'
import {gcOf, readHistory} from '../../lib/process-history.js'
import {dumpFacts} from '../../lib/render/dump-facts.js'
import type {StoredDump} from '../../lib/store/store.js'

export type InfoResult = StoredDump & {
  /** GC.stat of the process when it was dumped; null: not recorded. */
  readonly gc: Readonly<Record<string, unknown>> | null
  /** What the agent recorded about the process until then; null: nothing. */
  readonly history: HistoryReport | null
  /** What it recorded about memory: allocator, JIT compiler, settings, C extensions; null: nothing. */
  readonly memory: RecordedMemory | null
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
    const [{bucket, dump}, {judgeHistory}, {recordedMemory}] = await Promise.all([
      this.findStored(args.dump, flags),
      import('../../lib/analysis/history/judge-history.js'),
      import('../../lib/analysis/tables/recorded-memory.js'),
    ])
    const [facts, text] = await Promise.all([bucket.store.readFacts(dump.key), bucket.store.readMemory(dump.key)])
    const record = text === null ? null : parseMemoryRecord(text)
    const past = readHistory(facts)
    const result = {
      ...dump,
      gc: gcOf(facts),
      history: past === null ? null : judgeHistory(past),
      memory: record === null ? null : recordedMemory(record, []),
    }
    const next = ['analyze', 'download', 'url', 'delete'].map(command =>
      herokuCommand(`heapdump:${command}`, [dump.id], bucket.target),
    )
    await this.show('FactList', {facts: dumpFacts(result, bucket.settings.bucket), next, title: `Heap dump ${dump.id}`})
    return result
  }
}
