// The memory of a process between its dumps: the history that each run's last dump carries.
import type {MemorySample} from '../analysis/compare/trend-report.js'
import {readHistory} from '../process-history.js'
import type {DumpStore, StoredDump} from '../store/store.js'

/** The newest runs. Each takes one request. */
const MOST_RUNS = 8

/** `dumps`: of one dyno and process, oldest first. Oldest first; empty if nothing was recorded. */
export async function readSamples(
  dumps: readonly StoredDump[],
  store: Pick<DumpStore, 'readFacts'>,
): Promise<MemorySample[]> {
  const lastOfRuns = new Map(dumps.map(dump => [`${dump.bootedAt} ${dump.pid} ${dump.release}`, dump]))
  const newest = [...lastOfRuns.values()].slice(-MOST_RUNS)
  const samples = await Promise.all(
    newest.map(async ({key, pid, release}) => {
      const history = readHistory(await store.readFacts(key))
      const bootedAt = history?.bootedAt ?? 0
      return (history === null ? [] : history.points).map(({rssBytes, seconds}) => ({
        at: new Date((bootedAt + seconds) * 1000).toISOString().replace('.000Z', 'Z'),
        memoryBytes: rssBytes,
        pid,
        release,
      }))
    }),
  )
  return samples.flat().toSorted((a, b) => (a.at < b.at ? -1 : 1))
}
