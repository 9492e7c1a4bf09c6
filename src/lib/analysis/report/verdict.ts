// The verdict in sentences: how many leaks, how much waste, or that nothing is wrong, with the reasons.
import {NO_LEAK_IN_PART} from './incomplete.js'
import {formatBytes, formatShare} from '../../units.js'
import {growsBy, historyInWords} from '../history/history-in-words.js'
import {SETTLED_SECONDS} from '../history/judge-history.js'
import type {AnalysisReport} from './report.js'
import {sincePreviousInWords} from './since-previous.js'
import {PART_NOUNS} from '../tables/memory-growth.js'
import {groupBytes, PART_GROUPS} from '../tables/part-groups.js'
import type {ProcessParts} from '../tables/process-parts.js'
import type {Suspect, SuspectKind} from '../suspects/finding.js'
import type {RuleId} from '../suspects/rule-ids.js'

/** No suspect, but the process grows. */
const GROWS = {
  memory: 'no Ruby object to blame, but the process grows.',
  objects: 'the heap grows, but nothing in it stands out: diff this dump with a later one.',
}

/** If the first suspect is no object: what it is. */
const NOT_OBJECTS: Readonly<Partial<Record<RuleId, string>>> = {
  'allocator-free': 'Most to gain is free memory that malloc keeps, not objects.',
  garbage: 'Most of it is garbage, not live objects.',
  'fragmented-heap': "Most to gain is empty space in Ruby's heap, not objects.",
  'jit-code': 'Most to gain is compiled code, not objects.',
  'native-leak': 'What grows is native memory, not objects.',
  'native-memory': 'Most of it is native memory, not objects.',
  'thread-stacks': 'Most to gain is in the stacks of threads, not in objects.',
  'worker-copies': 'Most to gain is what workers could share.',
}

export type Verdict = {
  /** No suspect is above `low`, and the dump is complete. */
  readonly healthy: boolean
  readonly sentences: readonly string[]
}

const NOUNS: Readonly<Record<SuspectKind, readonly [string, string]>> = {
  large: ['large item to check', 'large items to check'],
  leak: ['leak', 'leaks'],
  normal: ['normal item', 'normal items'],
  waste: ['case of waste', 'cases of waste'],
}

type Judged = Pick<
  AnalysisReport,
  'dump' | 'history' | 'memory' | 'sincePrevious' | 'survivors' | 'suspects' | 'totals'
> & {readonly process: ProcessParts | null}

export function verdictOf(report: Judged): Verdict {
  if (report.dump.partial) {
    return {
      healthy: false,
      sentences: [
        'this dump has only a part of the heap (objects since a GC, or filtered), so it cannot show what holds what. Take a full dump for a verdict.',
      ],
    }
  }

  const past = [
    ...(report.history === null ? [] : historyInWords(report.history, report.history.nativeBytes)),
    ...(report.sincePrevious === null ? [] : [sincePreviousInWords(report.sincePrevious)]),
  ]
  const accused = report.suspects.filter(({severity}) => severity !== 'low')
  if (accused.length > 0) {
    const kinds = (['leak', 'waste', 'large'] as const).map(
      kind => [kind, accused.filter(one => one.kind === kind).length] as const,
    )
    const isSure = !isYoung(report) || accused.some(({kind, severity}) => kind === 'leak' && severity === 'high')
    const counts = kinds
      .filter(([, count]) => count > 0)
      .map(([kind, count]) => {
        const doubt = kind === 'leak' && !isSure ? 'possible ' : ''
        return `${count} ${doubt}${NOUNS[kind][count === 1 ? 0 : 1]}`
      })
    const what = NOT_OBJECTS[accused[0].rule]
    const notes = [
      ...past,
      ...(what === undefined ? untracedNote(report) : []),
      ...(accused.some(({rule}) => rule === 'garbage') ? [] : garbageSentence(report)),
    ]
    return {healthy: false, sentences: [`${counts.join(', ')}.`, ...(what === undefined ? [] : [what]), ...notes]}
  }

  const largest = report.suspects.slice(0, 2).map(one => `${one.owner} ${formatBytes(one.retainedSize)}`)
  const {truncated} = report.dump
  const grows = report.history === null ? null : growsBy(report.history)
  if (grows !== null && !truncated) {
    return {healthy: false, sentences: [GROWS[grows], ...past, ...garbageSentence(report)]}
  }

  return {
    healthy: !truncated,
    sentences: [
      ...(truncated
        ? [NO_LEAK_IN_PART]
        : ['nothing here looks like a leak.', ...sumSentence(report), ...past, ...ageSentence(report)]),
      ...(largest.length === 0
        ? []
        : [
            `Largest: ${largest.join(', ')}: ${report.suspects.slice(0, 2).every(isNormal) ? 'normal' : 'no sign of growth'}.`,
          ]),
      ...garbageSentence(report),
    ],
  }
}

/** Too young to tell a leak from a cache that is filling. A known defect is `high` anyway. */
function isYoung({history}: Judged): boolean {
  return history !== null && history.processSeconds < SETTLED_SECONDS
}

function isNormal({kind}: Suspect): boolean {
  return kind === 'normal'
}

/** The share of the process's memory from which it is accounted for. */
const ACCOUNTED = 0.95
/** Parts of it that are named. */
const LARGEST = 3

function sumSentence({process: whole}: Judged): string[] {
  if (whole === null || whole.attributed < ACCOUNTED) return []
  const groups = groupBytes(whole)
  const largest = PART_GROUPS.map(group => ({bytes: groups[group], group}))
    .toSorted((a, b) => b.bytes - a.bytes)
    .slice(0, LARGEST)
    .map(({bytes, group}) => `${formatBytes(bytes)} ${PART_NOUNS[group]}`)
  return [`The process's ${formatBytes(whole.rssBytes)} are accounted for: most of it is ${largest.join(', ')}.`]
}

/** How much of live memory is older than the tracing, and how much is new. */
export function ageSentence({
  dump,
  survivors: generations,
  totals,
}: Pick<AnalysisReport, 'dump' | 'survivors' | 'totals'>): string[] {
  if (!dump.traced) return []
  const whole = totals.aliveMemsize
  const before = generations.find(({generation}) => generation === null)?.memsize ?? 0
  const traced = generations.filter(({generation}) => generation !== null)
  const last = traced.slice(-2).reduce((sum, {memsize}) => sum + memsize, 0)
  if (whole <= 0) return []
  return [
    `${formatShare(before / whole)} of live memory was allocated before tracing began, ${formatShare(last / whole)} in the last two GCs.`,
  ]
}

/** Garbage of at least this share of the heap is worth a sentence. */
const MUCH_GARBAGE = 0.1

function garbageSentence({memory, totals: {garbageMemsize}}: Pick<AnalysisReport, 'memory' | 'totals'>): string[] {
  if (garbageMemsize <= 0 || garbageMemsize < memory.heapBytes * MUCH_GARBAGE) return []
  return [`${formatBytes(garbageMemsize)} is garbage, which a GC frees: not a leak.`]
}

function untracedNote({dump, history, sincePrevious, suspects}: Judged): string[] {
  if (dump.traced || history?.oldObjects.state === 'level' || suspects.some(({kind}) => kind === 'leak')) return []
  const other = sincePrevious === null ? 'a later one' : sincePrevious.id
  return [`A single untraced dump does not show what grows: trace (--trace 5m), or diff it with ${other}.`]
}
