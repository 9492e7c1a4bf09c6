// The answer in a sentence: how many leaks, how much waste, or that nothing is wrong, and why one may believe that.
import {NO_LEAK_IN_PART} from './incomplete.js'
import {formatBytes, formatShare} from '../../units.js'
import {growsBy, historyInWords} from '../history/history-in-words.js'
import {SETTLED_SECONDS} from '../history/judge-history.js'
import type {AnalysisReport} from './report.js'
import {sincePreviousInWords} from './since-previous.js'
import type {Suspect, SuspectKind} from '../suspects/finding.js'

/** No suspect, and the process grows all the same. */
const GROWS = {
  memory: 'no Ruby object to blame, but the process grows.',
  objects: 'the heap grows, but nothing in it stands out: diff this dump with a later one.',
}

export type Verdict = {
  /** No suspect is more than worth knowing, and the dump is all there. */
  readonly healthy: boolean
  readonly sentences: readonly string[]
}

const NOUNS: Readonly<Record<SuspectKind, readonly [string, string]>> = {
  large: ['large thing to look at', 'large things to look at'],
  leak: ['leak', 'leaks'],
  normal: ['normal thing', 'normal things'],
  waste: ['waste', 'wastes'],
}

type Told = Pick<AnalysisReport, 'dump' | 'history' | 'memory' | 'sincePrevious' | 'survivors' | 'suspects' | 'totals'>

export function verdictOf(report: Told): Verdict {
  if (report.dump.partial) {
    return {
      healthy: false,
      sentences: [
        'only a part of the heap is in this dump (objects since a GC, or filtered): who holds what can not be told. Take a whole one for a verdict.',
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
    const notes = [...past, ...untracedNote(report), ...garbageSentence(report)]
    return {healthy: false, sentences: [`${counts.join(', ')}.`, ...notes]}
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
      ...(truncated ? [NO_LEAK_IN_PART] : ['nothing here looks like a leak.', ...past, ...ageSentence(report)]),
      ...(largest.length === 0
        ? []
        : [
            `Largest: ${largest.join(', ')}: ${report.suspects.slice(0, 2).every(isNormal) ? 'normal' : 'no sign of growth'}.`,
          ]),
      ...garbageSentence(report),
    ],
  }
}

/** Too young to tell a leak from a cache; what a rule knows for a defect is `high` all the same. */
function isYoung({history}: Told): boolean {
  return history !== null && history.processSeconds < SETTLED_SECONDS
}

function isNormal({kind}: Suspect): boolean {
  return kind === 'normal'
}

/** How much is as old as the tracing, or as the first GCs that were traced. */
function ageSentence({
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
    `${formatShare(before / whole)} of what is alive is from before the tracing, ${formatShare(last / whole)} from the last two GCs.`,
  ]
}

/** Garbage that is worth a sentence, as a share of the heap. */
const MUCH_GARBAGE = 0.1

/** Its share is of the heap that the page begins with. */
function garbageSentence({memory, totals}: Pick<AnalysisReport, 'memory' | 'totals'>): string[] {
  const whole = totals.memsize - totals.tracerMemsize
  const garbage = totals.memsize - totals.reachableMemsize
  if (whole <= 0 || garbage < whole * MUCH_GARBAGE) return []
  const much = `${formatBytes(garbage)} (${formatShare(garbage / memory.heapBytes)} of the heap)`
  return [`${much} is garbage that the next GC frees: allocated since the last one, no leak.`]
}

function untracedNote({dump, history, sincePrevious, suspects}: Told): string[] {
  if (dump.traced || history?.oldObjects.state === 'level' || suspects.some(({kind}) => kind === 'leak')) return []
  const other = sincePrevious === null ? 'a later one' : sincePrevious.id
  return [`One untraced dump does not tell what grows: trace (--trace 5m), or diff it with ${other}.`]
}
