// The document of heapdump:diagnose --json, and what to type after its page.
import type {Diagnosis} from '../analysis/diagnosis/diagnosis.js'
import {costOf, type DiagnosisDocument, type LinePoint, verdictAsTold} from '../analysis/diagnosis/document.js'
import type {GrowthReport} from '../analysis/compare/growth.js'
import type {HistoryReport} from '../analysis/history/judge-history.js'
import {type CommandLine, herokuCommand, type Target} from '../command-line.js'
import {nextAfterGrowth} from '../render/next-after.js'
import type {StoredDump} from '../store/store.js'
import type {Chosen} from './process-to-diagnose.js'

type Parts = {
  readonly chosen: Chosen
  readonly diagnosis: Diagnosis
  readonly dumps: readonly StoredDump[]
  readonly line: HistoryReport | null
  readonly samples: readonly LinePoint[]
  /** The dumps that this command has taken. */
  readonly taken: readonly StoredDump[]
  readonly warnings: readonly string[]
}

export function documentOf({chosen, diagnosis, dumps, line, samples, taken, warnings}: Parts): DiagnosisDocument {
  const {agent, process} = chosen
  const {culprit, speed} = diagnosis
  const traced = taken.reduce((sum, {tracedSeconds}) => sum + (tracedSeconds ?? 0), 0)
  return {
    cost: costOf(
      taken.map(({stallMs}) => stallMs),
      traced,
    ),
    culprit,
    dumps: dumps.map(({createdAt, id, key, memoryBytes, traced: isTraced}) => ({
      createdAt,
      id,
      key,
      memoryBytes,
      traced: isTraced,
    })),
    dyno: agent.dyno,
    memory: memoryLine(line, samples),
    pid: process.pid,
    process: process.process,
    release: agent.release ?? null,
    ruby: agent.ruby,
    speed,
    verdict: verdictAsTold(diagnosis),
    warnings,
  }
}

function memoryLine(line: HistoryReport | null, samples: readonly LinePoint[]): LinePoint[] {
  const bootedMs = line === null ? 0 : Date.parse(line.bootedAt)
  const recorded = (line?.points ?? []).map(({rssBytes, seconds}) => ({
    at: new Date(bootedMs + seconds * 1000).toISOString(),
    rssBytes,
  }))
  return [...recorded, ...samples].toSorted((a, b) => (a.at < b.at ? -1 : 1))
}

type After = {
  /** Diagnoses the process again, with the same first dump. */
  readonly again: CommandLine
  readonly growth: Pick<GrowthReport, 'suspects'> | null
  readonly target: Target
}

/** Explains the culprit; looks at memory that is in no object; or waits for more. */
export function nextAfterDiagnosis(
  {culprit, dumps, verdict: {outcome}}: DiagnosisDocument,
  {again, growth, target}: After,
): readonly CommandLine[] {
  const name = dumps.at(-1)?.id ?? 'latest'
  const analyze = (...flags: readonly string[]) => herokuCommand('heapdump:analyze', [name], [...target, ...flags])
  if (growth === null) return [analyze(), herokuCommand('heapdump:diagnose', [], target)]
  switch (outcome) {
    case 'leak':
    case 'levels-off':
      return [culprit === null ? analyze() : nextAfterGrowth([culprit], {name, target})]
    case 'native':
    case 'waste':
      return [analyze('--section', 'memory')]
    case 'healthy':
      return [herokuCommand('heapdump:status', [], [...target, '--watch'])]
    case 'unclear':
      return [again, analyze()]
  }
}
