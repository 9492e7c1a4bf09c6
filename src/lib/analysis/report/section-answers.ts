// What each section of a report says first, in a sentence or two. null: the section has nothing, or its rows say it all.
import {capitalized, formatBytes, formatCount, formatCounted, formatObjects, formatShare} from '../../units.js'
import {originOf} from '../objects/code-origin.js'
import type {Role} from '../objects/roles.js'
import {isInternal} from '../tables/classes.js'
import {PART_NOUNS} from '../tables/memory-growth.js'
import {groupBytes, PART_GROUPS} from '../tables/part-groups.js'
import type {AnalysisReport} from './report.js'
import {type SectionName, SECTIONS} from './sections.js'
import {ageSentence} from './verdict.js'

type Answers = Readonly<Record<SectionName, (report: AnalysisReport) => string | null>>

const ANSWERS: Answers = {
  classes: ofClasses,
  collections: ofCollections,
  dominators: ofDominators,
  gems: ofGems,
  generations: ofGenerations,
  largest: ofLargest,
  memory: ofMemory,
  pages: ofPages,
  paths: ofPaths,
  sites: ofSites,
  strings: ofStrings,
  threads: ofThreads,
  totals: ofTotals,
  vm: ofVm,
}

/** Of a selection of objects, only their paths have an answer: the rest is about the whole heap. */
export function answerOfSection(section: SectionName, report: AnalysisReport): string | null {
  return report.selection !== null && section !== 'paths' ? null : ANSWERS[section](report)
}

/** Of all sections. */
export function answersOf(report: AnalysisReport): Readonly<Record<SectionName, string | null>> {
  const entries = SECTIONS.map(section => [section, answerOfSection(section, report)] as const)
  return Object.fromEntries(entries) as Record<SectionName, string | null>
}

/** The row with most; undefined: none has any. */
function most<Row>(rows: readonly Row[], sizeOf: (row: Row) => number): Row | undefined {
  const largest = rows.reduce<Row | undefined>(
    (best, row) => (best === undefined || sizeOf(row) > sizeOf(best) ? row : best),
    undefined,
  )
  return largest === undefined || sizeOf(largest) <= 0 ? undefined : largest
}

function ofLive(bytes: number, {totals}: Pick<AnalysisReport, 'totals'>): string {
  return `${formatBytes(bytes)} (${formatShare(bytes / Math.max(1, totals.aliveMemsize))} of live memory)`
}

function ofClasses(report: AnalysisReport): string | null {
  const own = report.classes.filter(({origin}) => origin !== 'core')
  const largest = most(own, row => row.aliveRetainedSize)
  if (largest === undefined) {
    const core = most(
      report.classes.filter(row => !isInternal(row)),
      row => row.aliveMemsize,
    )
    return core === undefined
      ? null
      : `No class of the app or its gems has live instances. ${core.name} has most: ${ofLive(core.aliveMemsize, report)}.`
  }

  const {aliveObjects, aliveRetainedSize, name, origin} = largest
  const whose = origin === 'app' ? 'Of the classes of the app and its gems' : 'Of the classes of gems'
  return `${whose}, ${name} keeps most alive: ${ofLive(aliveRetainedSize, report)}, ${formatCounted(aliveObjects, 'instance')}.`
}

function ofCollections({collections}: AnalysisReport): string | null {
  const {empty, emptyMemsize, largest, oversized, unused} = collections
  const first = most(largest, row => row.retainedSize)
  const sentences = [
    ...(first === undefined ? [] : [`${first.label} keeps most alive: ${formatBytes(first.retainedSize)}.`]),
    ...(oversized.length === 0 ? [] : [`${formatBytes(unused)} is unused capacity.`]),
    ...(empty.length === 0 ? [] : [`${formatBytes(emptyMemsize)} is in empty ones.`]),
  ]
  return sentences.length === 0 ? null : sentences.join(' ')
}

/** Object holds all constants, and threads their stacks. */
const SAYS_NOTHING: ReadonlySet<Role> = new Set(['agent', 'singleton', 'top-level', 'tracer'])

function ofDominators(report: AnalysisReport): string | null {
  const telling = report.dominators.filter(({role}) => !SAYS_NOTHING.has(role))
  const largest = most(telling, row => row.aliveRetainedSize)
  if (largest === undefined) return null
  const {aliveRetainedSize, label, retainedObjects} = largest
  return `Removing ${label} would free most: ${ofLive(aliveRetainedSize, report)}, ${formatObjects(retainedObjects)}.`
}

function ofGems(report: AnalysisReport): string | null {
  const traced = report.gems.filter(({kind}) => kind !== 'unknown')
  const app = traced.find(({kind}) => kind === 'app')
  const gem = most(
    traced.filter(({kind}) => kind === 'gem'),
    row => row.aliveMemsize,
  )
  if (app === undefined && gem === undefined) return null
  const ofApp = app === undefined ? '' : `The app allocated ${ofLive(app.aliveMemsize, report)}.`
  const ofGem = gem === undefined ? '' : `Of the gems, ${gem.name} allocated most: ${ofLive(gem.aliveMemsize, report)}.`
  return [ofApp, ofGem].filter(Boolean).join(' ')
}

function ofGenerations(report: AnalysisReport): string | null {
  return ageSentence(report)[0] ?? null
}

function ofLargest({largest}: AnalysisReport): string | null {
  // Most of a thread is a stack that is only reserved.
  const first = largest.find(({role}) => role !== 'thread')
  return first === undefined ? null : `The largest single object is ${first.label}: ${formatBytes(first.memsize)}.`
}

/** Parts that are named. */
const NAMED = 3

function ofMemory({memory, process: whole}: AnalysisReport): string | null {
  if (whole !== null) {
    const groups = groupBytes(whole)
    const named = PART_GROUPS.map(group => ({bytes: groups[group], group}))
      .toSorted((a, b) => b.bytes - a.bytes)
      .slice(0, NAMED)
      .map(({bytes, group}) => `${formatBytes(bytes)} ${PART_NOUNS[group]}`)
    return `Most of the process's ${formatBytes(whole.rssBytes)} is ${named.join(', ')}.`
  }

  const {explainedBytes, processBytes, unexplainedBytes} = memory
  if (processBytes === null || unexplainedBytes === null)
    return 'The size of the process was not recorded with this dump.'
  return `Ruby objects account for ${formatBytes(explainedBytes)} of the process's ${formatBytes(processBytes)}; ${formatBytes(unexplainedBytes)} is not in any of them.`
}

function ofPages({
  pages: {fragmentedBytes, freeBytes, objects, pageBytes, pages, slots},
}: AnalysisReport): string | null {
  if (pages === 0) return null
  const compaction =
    fragmentedBytes > 0
      ? `Compaction could free about ${formatBytes(fragmentedBytes)}.`
      : 'Compaction would free nothing.'
  return `${compaction} ${formatShare(objects / slots)} of the slots in ${formatCounted(pages, 'page')} (${formatBytes(pages * pageBytes)}) are in use, ${formatBytes(freeBytes)} is free.`
}

function ofPaths({paths, selection, totals}: AnalysisReport): string | null {
  if (paths === null || paths.length === 0) return null
  // Down through what all paths have in common, to the first class that says something.
  let step = paths[0]
  while (step !== undefined && (step.role === 'top-level' || step.role === 'singleton')) step = step.next[0]
  if (step === undefined || step.leadsTo < 2) return null
  const whole = selection === null ? totals.reachableObjects : paths.reduce((sum, {leadsTo}) => sum + leadsTo, 0)
  const what = step.objects === 1 ? step.label : `${formatCount(step.objects)} × ${step.label}`
  return `Most of them, ${formatCount(step.leadsTo)} of ${formatCount(whole)}, are alive because of ${what}.`
}

function ofSites(report: AnalysisReport): string | null {
  const sites = report.allocationSites.filter(({file}) => originOf(file).kind !== 'boot')
  const own = most(
    sites.filter(({file}) => originOf(file).kind === 'app'),
    row => row.aliveMemsize,
  )
  const largest = own ?? most(sites, row => row.aliveMemsize)
  if (largest === undefined) return null
  const {aliveMemsize, aliveObjects, file, line} = largest
  const whose = own === undefined ? 'The line' : "The app's line"
  const name = file.replace(/^\/app\//, '')
  return `${whose} that allocated most of what is alive is ${name}${line === null ? '' : `:${line}`}: ${ofLive(aliveMemsize, report)}, ${formatObjects(aliveObjects)}.`
}

function ofStrings({duplicateStrings}: AnalysisReport): string | null {
  const worst = most(duplicateStrings, row => row.wasted)
  if (worst === undefined) return null
  const wasted = duplicateStrings.reduce((sum, row) => sum + row.wasted, 0)
  const copies = `${formatCount(worst.count)} copies`
  return duplicateStrings.length === 1
    ? `This string wastes ${formatBytes(wasted)} in ${copies}.`
    : `These ${formatCount(duplicateStrings.length)} strings waste ${formatBytes(wasted)}; the worst has ${copies}.`
}

function ofThreads(report: AnalysisReport): string | null {
  const [first] = report.threadGroups
  if (first === undefined) return null
  const {holds, kind, name, retainedSize, runs, threads} = first
  const [held] = holds
  const called = name === null ? (runs === null ? '' : ` of ${runs}`) : ` "${name}"`
  const who = threads === 1 ? `${capitalized(kind)}${called} keeps` : `${formatCounted(threads, kind)}${called} keep`
  const what =
    held === undefined ? '' : `, most of it ${held.objects === 1 ? '' : `${formatCount(held.objects)} × `}${held.label}`
  return `${who} most alive: ${ofLive(retainedSize, report)}${threads === 1 ? what : ''}.`
}

function ofTotals({totals}: AnalysisReport): string {
  const {aliveMemsize, aliveObjects, garbageMemsize} = totals
  const garbage = garbageMemsize > 0 ? ` ${formatBytes(garbageMemsize)} is garbage, which a GC frees.` : ''
  return `${formatBytes(aliveMemsize)} is alive, in ${formatObjects(aliveObjects)}.${garbage}`
}

function ofVm({vm: {kinds, memsize}}: AnalysisReport): string | null {
  const largest = most(kinds, row => row.memsize)
  if (largest === undefined) return null
  return `Ruby itself takes ${formatBytes(memsize)} for loaded code, most of it for ${largest.label}: ${formatBytes(largest.memsize)}.`
}
