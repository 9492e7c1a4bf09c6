// The base of heapdump:analyze: what it does beside the report of one dump.
import type {DumpSummary} from '../analysis/compare/dump-summary.js'
import type {ProcessesReport} from '../analysis/compare/process-table.js'
import type {NamedDump} from '../inputs/named-dump.js'
import {formatCounted} from '../units.js'
import {refuseWithSeveral} from './analyze-flags.js'
import {HeapdumpCommand, type SettingsFlags} from './base-command.js'
import {topRows} from './top-flag.js'

export abstract class AnalyzeCommand extends HeapdumpCommand {
  /** Several dumps in one table, owner by process. */
  protected async compareProcesses(
    [name = 'latest', ...others]: readonly string[],
    flags: SettingsFlags & {readonly processes: boolean; readonly top?: number | undefined},
    given: Parameters<typeof refuseWithSeveral>[0],
  ): Promise<ProcessesReport> {
    refuseWithSeveral(given)
    const {compareProcesses} = await import('./compare-processes.js')
    const {next, report} = await compareProcesses(await this.findDumps([name, ...others], flags), {
      bucket: this.bucket,
      processes: flags.processes,
      top: topRows(flags.top, {isJson: this.jsonEnabled()}),
      withProgress: this.withProgress.bind(this),
    })
    await this.show('ProcessTable', {...report, app: this.bucket?.app ?? null, next})
    return report
  }

  protected async clearCache(): Promise<{readonly cleared: number}> {
    const {heaps, reports} = await (await import('../inputs/open-cached.js')).clearCaches(this.config)
    this.log(`Deleted ${formatCounted(reports, 'cached report')} and ${formatCounted(heaps, 'cached heap')}.`)
    return {cleared: reports}
  }

  /** Stores the summary of a dump once the report is printed. `verbose`: say if that fails. */
  protected keepSummary({stored}: NamedDump, summary: Promise<DumpSummary | null>, verbose: boolean): void {
    this.afterOutput(async () => {
      const {keepSummary} = await import('./keep-summary.js')
      const problem = await keepSummary(this.bucket, stored, await summary)
      if (problem !== null && verbose) this.warn(problem)
    })
  }
}
