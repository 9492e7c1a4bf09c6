// heapdump:trend --by: reads the stored summaries, makes missing ones if asked to, and compares them.
import type {By} from '../analysis/compare/dump-groups.js'
import {type GroupedTrend, groupedTrend} from '../analysis/compare/grouped-trend.js'
import {trendAnswer} from '../analysis/compare/trend-answer.js'
import {type CommandLine, commandText, herokuCommand, type Target} from '../command-line.js'
import {UserError} from '../errors.js'
import {findSummaries, type FoundSummaries, readStoredSummaries} from '../inputs/stored-summaries.js'
import {makeSummaries} from '../inputs/summarize-dump.js'
import type {OnProgress} from '../progress.js'
import type {Bucket} from '../store/open-bucket.js'
import type {StoredDump} from '../store/store.js'
import {listSummaries} from '../store/summaries.js'
import {formatBytes, formatCount, formatCounted} from '../units.js'
import {confirm} from './confirm.js'

export type GroupedTrendResult = GroupedTrend & {
  /** In sentences, the most important one first. */
  readonly answer: readonly string[]
  /** `bytes`: downloaded. `missing`: dumps without a summary. `unreadable`: damaged, or of another version. */
  readonly summaries: {
    readonly read: number
    readonly bytes: number
    readonly made: number
    readonly missing: number
    readonly unreadable: number
  }
}

export type TrendByFlags = {
  readonly dyno?: string | undefined
  readonly last?: number | undefined
  readonly process?: string | undefined
  readonly summarize: boolean
  readonly yes: boolean
}

export type GroupedTrendRun = {
  readonly result: GroupedTrendResult
  readonly notes: readonly string[]
  readonly next: readonly CommandLine[]
  readonly warnings: readonly string[]
}

type Options = {
  readonly by: By
  readonly bucket: Bucket
  readonly flags: TrendByFlags
  readonly top: number
  readonly withProgress: <Result>(run: (onProgress: OnProgress) => Promise<Result>) => Promise<Result>
}

/** Throws UserError `no_dumps`, `no_summaries`, `not_confirmed`. */
export async function runGroupedTrend({by, bucket, flags, top, withProgress}: Options): Promise<GroupedTrendRun> {
  const {store, target} = bucket
  const [dumps, keys] = await Promise.all([store.list(), listSummaries(store)])
  const found = findSummaries(dumps, keys, flags)
  if (found.keys.length + found.missing.length === 0) throw nothing(flags, target)
  const wanted = flags.summarize ? found.missing : []
  if (wanted.length > 0) await confirmDownload(wanted, flags.yes)
  const read = await withProgress(onProgress => readStoredSummaries(store, found.keys, onProgress))
  const made = await withProgress(onProgress => makeSummaries(wanted, bucket, onProgress))
  const summaries = [...read.summaries, ...made.summaries].filter(
    ({dump}) => flags.process === undefined || dump.process === flags.process,
  )
  const missing = found.missing.length - made.summaries.length
  if (summaries.length === 0) throw noSummaries(found, made.problems, by, target)
  const trend = groupedTrend(by, summaries, top)
  const result: GroupedTrendResult = {
    ...trend,
    answer: trendAnswer(trend),
    summaries: {
      bytes: read.bytes,
      made: made.summaries.length,
      missing,
      read: read.summaries.length,
      unreadable: read.unreadable,
    },
  }
  return {
    next: nextCommands(result, dumps, target),
    notes: notesOf(result, found, target),
    result,
    warnings: made.problems,
  }
}

async function confirmDownload(dumps: readonly StoredDump[], isGiven: boolean): Promise<void> {
  const bytes = formatBytes(dumps.reduce((sum, {storedBytes}) => sum + (storedBytes ?? 0), 0))
  await confirm({
    given: isGiven,
    question: ` This downloads ${formatCounted(dumps.length, 'dump')} (${bytes}) and stores a summary of each. Continue? [y/N] `,
    refused: 'Nothing was downloaded.',
    unasked: `Downloading ${formatCounted(dumps.length, 'dump')} (${bytes}) requires confirmation, but stdin is not a terminal.`,
  })
}

function nothing({dyno}: TrendByFlags, target: Target): UserError {
  return new UserError(`The bucket has no dumps${dyno === undefined ? '' : ` of ${dyno}`}.`, {
    code: 'no_dumps',
    hint: `Take dumps in several releases: ${commandText(herokuCommand('heapdump:trigger', [], target))}`,
  })
}

function noSummaries({keys, missing}: FoundSummaries, [problem]: readonly string[], by: By, target: Target): UserError {
  if (problem !== undefined) return new UserError(`No dump could be summarized. ${problem}`, {code: 'no_summaries'})
  if (keys.length > 0)
    return new UserError('No summary is of that process, or can be read.', {
      code: 'no_summaries',
      hint: `List the processes: ${commandText(herokuCommand('heapdump:list', [], target))}`,
    })
  return new UserError('No dump has a summary yet: heapdump:analyze stores one.', {
    code: 'no_summaries',
    hint: `To download ${formatCounted(missing.length, 'dump')} and summarize them now: ${commandText(summarizeCommand(by, target))}`,
  })
}

function summarizeCommand(by: By, target: Target): CommandLine {
  return herokuCommand('heapdump:trend', [], ['--by', by, '--summarize', ...target])
}

function notesOf(
  {by, summaries: {bytes, made, missing, read, unreadable}}: GroupedTrendResult,
  {left}: FoundSummaries,
  target: Target,
): readonly string[] {
  const notes = [
    `Read ${formatCount(read)} ${read === 1 ? 'summary' : 'summaries'} (${formatBytes(bytes)})` +
      `${made === 0 ? '' : `, and made ${formatCount(made)}`}.`,
  ]
  const command = commandText(summarizeCommand(by, target))
  if (missing > 0)
    notes.push(
      `${formatCounted(missing, 'dump')} without a summary ${missing === 1 ? 'is' : 'are'} missing here: ${command}`,
    )
  if (unreadable > 0)
    notes.push(`${formatCount(unreadable)} cannot be read: damaged, or of another version of this plugin.`)
  if (left > 0) notes.push(`${formatCount(left)} older ones were not read.`)
  return notes
}

/** Explains the culprit in the newest dump that has it, if that dump is still stored. */
function nextCommands(
  {owners}: GroupedTrendResult,
  dumps: readonly StoredDump[],
  target: Target,
): readonly CommandLine[] {
  const [first] = owners
  const isStored = (id: string | null | undefined): id is string => dumps.some(one => one.complete && one.id === id)
  if (first?.difference && isStored(first.dump)) {
    const isName = /^[A-Z]\w*(?:::\w+)*$/.test(first.owner)
    return [
      herokuCommand('heapdump:analyze', [first.dump], target),
      ...(isName ? [herokuCommand('heapdump:explain', [first.dump], target, [first.owner])] : []),
    ]
  }

  return [herokuCommand('heapdump:analyze', [], target)]
}
