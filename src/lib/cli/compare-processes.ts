// heapdump:analyze of several dumps: one table, owner by process.
import {type ProcessesReport, processTable} from '../analysis/compare/process-table.js'
import {type CommandLine, herokuCommand} from '../command-line.js'
import type {NamedDumps} from '../inputs/named-dump.js'
import {dumpsOfRequest, summariesOfDumps} from '../inputs/processes-at-once.js'
import type {OnProgress} from '../progress.js'
import type {Bucket} from '../store/open-bucket.js'

type Options = {
  /** null: all dumps are files. */
  readonly bucket: Bucket | null
  /** Whether to compare all processes that were dumped together with the first one. */
  readonly processes: boolean
  readonly top: number
  readonly withProgress: <Result>(run: (onProgress: OnProgress) => Promise<Result>) => Promise<Result>
}

export async function compareProcesses(
  found: NamedDumps,
  {bucket, processes, top, withProgress}: Options,
): Promise<{readonly report: ProcessesReport; readonly next: readonly CommandLine[]}> {
  const dumps = processes ? await dumpsOfRequest(found[0], bucket) : found
  const summaries = await withProgress(onProgress => summariesOfDumps(dumps, bucket, onProgress))
  const worst = summaries.map(({suspects}) => suspects[0]?.retainedSize ?? 0)
  const {name, target} = dumps[worst.indexOf(Math.max(...worst))] ?? found[0]
  return {next: [herokuCommand('heapdump:analyze', [name], target)], report: processTable(summaries, top)}
}
