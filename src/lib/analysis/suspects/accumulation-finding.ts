// Describes an accumulation. Rules for special cases override the parts that they know better.
import {FLAG} from '../../heap/columns.js'
import type {Heap} from '../../heap/heap.js'
import {formatBytes, formatCount, formatDuration} from '../../units.js'
import {about} from '../history/history-in-words.js'
import {referenceLabel} from '../objects/labels.js'
import {collectionLabel} from '../objects/shared-arrays.js'
import {type Accumulation, STILL, type SuspectContext} from './context.js'
import {ageInWords, type Assessment, type Finding} from './finding.js'
import {ownerOf} from '../objects/owner.js'
import {unusedCapacityOfAppended} from './string-buffer.js'
import {hasRemovals, mayBeSized, type Removals} from './removals.js'
import {threadAbove} from './under-way.js'
import {collectionName, counted, groupsInWords, ownerInWords} from './words.js'

export type AccumulationWords = Partial<Pick<Finding, 'advice' | 'owner' | 'rule' | 'title'>> & {
  readonly assessment?: Assessment | undefined
  readonly members?: Finding['members'] | undefined
  /** Shown before the evidence of the accumulation itself. */
  readonly evidence?: readonly string[]
}

const BOUND_EACH =
  'Cap or expire the entries of each one, and drop those no longer used: their number is stable, but nothing is ever removed from them.'

/** It may be a list of the last n entries. */
const DOUBTFUL = 0.4

/** Claims the accumulation, so that later rules leave it alone. */
export function accumulationFinding(
  context: SuspectContext,
  accumulation: Accumulation,
  words: AccumulationWords = {},
): Finding {
  const {heap} = context
  const {age, below, container, groups, members, newBelow, parts} = accumulation
  context.claim(parts.map(part => part.container))
  const owner = words.owner ?? accumulation.owner
  const listed = collectionName(heap, container)
  const grows = age.growth === 'growing'
  const what = counted(groups[0].count, groups[0].className)
  const byAge = {
    by: 'age' as const,
    doubt: accumulation.removals === 'maybe' && age.growth === 'mixed' ? DOUBTFUL : undefined,
    isLevel: age.levelSeconds !== undefined,
  }
  return {
    advice:
      words.advice ??
      specialAdvice(context, accumulation) ??
      (below === null ? adviceFor(context, accumulation) : adviceBelow(context, accumulation)),
    assessment:
      words.assessment === undefined || words.assessment.by === 'age'
        ? {...byAge, ...words.assessment}
        : words.assessment,
    evidence: [
      ...(words.evidence ?? []),
      `${parts.length === 1 ? '' : `largest of ${holdersInWords(context, accumulation)}: `}${collectionLabel(context.graph, container)}: ${groupsInWords(parts[0].groups)}`,
      below === null ? null : `below them: ${groupsInWords(below.groups)}`,
      ageInWords(age),
      newBelow === 0
        ? null
        : `below them, ${formatCount(newBelow)} objects are newer: each member may still be growing`,
      removalsInWords(heap, accumulation),
      buffersInWords(heap, accumulation),
    ].filter(line => line !== null),
    grownBytes: below?.bytes,
    growth: age.growth,
    members: words.members ?? members,
    owner,
    place: container,
    retainedSize: accumulation.bytes,
    rule: words.rule ?? (below !== null ? 'spread-growth' : grows ? 'growing-collection' : 'large-collection'),
    title:
      words.title ??
      (parts.length > 1
        ? `${holdersInWords(context, accumulation)} ${grows ? 'keep growing:' : 'hold'} ${what}, ${formatBytes(accumulation.bytes)}`
        : below !== null
          ? `${ownerInWords(owner)} ${belowInWords(what, listed, grows)}, ${formatBytes(accumulation.bytes)}`
          : grows
            ? `${ownerInWords(owner)} ${listed === null ? 'keeps growing' : `keeps adding to ${listed}`}: ${what}, ${formatBytes(accumulation.bytes)}`
            : `${ownerInWords(owner)} holds ${what}${listed === null ? '' : ` in ${listed}`}, ${formatBytes(accumulation.bytes)}`),
  }
}

function belowInWords(what: string, listed: string | null, grows: boolean): string {
  const held = `${what}${listed === null ? '' : ` in ${listed}`}`
  return grows ? `keeps adding to ${held}` : `holds ${held}, with new objects below them`
}

/** The common owner of several parts. */
function holdersInWords({graph}: SuspectContext, {owner, parts}: Accumulation): string {
  if (owner.kind === 'thread') return `${formatCount(parts.length)} threads`
  const instances = new Set(parts.map(part => part.owner.index))
  if (owner.kind !== 'instance' || instances.size < parts.length)
    return `${formatCount(parts.length)} collections of ${ownerInWords(owner)}`
  const above = graph.dominator(owner.index)
  const holder = above === graph.root ? null : ownerOf(graph, above)
  const isApps =
    holder !== null && (holder.kind === 'module' || holder.kind === 'instance') && holder.name !== owner.name
  return `${counted(instances.size, owner.name)}${isApps ? `, held by ${holder.name},` : ''}`
}

/** Advice for a few special holders; null for all others. */
function specialAdvice(context: SuspectContext, {age, container, groups, owner}: Accumulation): string | null {
  if (age.isUnderWay || (age.growth !== 'growing' && age.growth !== 'mixed')) return null
  const settle = age.growth === 'mixed' ? ` ${settleIt(context)}` : ''
  if (groups[0].className === 'ActiveSupport::Notifications::Event') {
    return `Enqueue in batches, each from its own job (perform_all_later): the event of a job or request keeps all events inside it until it ends.${settle}`
  }

  if (owner.kind !== 'thread') return null
  if (isOnStack(context, container)) {
    return `Cap its size, delete entries after use, or start a new one for each batch: a local variable of a running thread holds it until the method returns.${settle}`
  }

  return `Use one key, and delete it when the request or job ends (ensure): a server's thread lives as long as the process, and so does everything in Thread.current or on its stack.${settle}`
}

/** Whether the path from the thread starts on its stack, as far as the agent recorded that. */
function isOnStack({graph, heap}: SuspectContext, container: number): boolean {
  const above = threadAbove(graph, container)
  return above !== null && referenceLabel(heap, above.thread, above.path[above.path.length - 1]) === 'stack'
}

/** Evidence from the capacity of a collection, where its age is inconclusive. */
function removalsInWords(heap: Heap, {age, container, removals}: Accumulation): string | null {
  const {climbsPerHour, levelSeconds} = age
  if (age.isUnderWay) return 'held by a variable of a running thread: a job or request in progress'
  const old = 'old objects in the process'
  if (levelSeconds !== undefined) {
    return `${old} have been level for ${formatDuration(levelSeconds)}: entries come and go`
  }

  if (climbsPerHour !== undefined) {
    return `${old} climb by ${about(climbsPerHour)} an hour, and nothing else here can account for that many`
  }

  if (age.growth === 'turnover')
    return removals === 'replaced'
      ? 'it was created at this length, so that new entries replace old ones'
      : mayBeSized(heap, container)
        ? 'its capacity suggests that entries are removed as others are added, or that it was created with this many'
        : 'its capacity shows that entries are removed as others are added'
  return age.growth === 'mixed' && removals === 'none' ? 'its capacity shows no sign of removed entries' : null
}

/** Members allocated long ago may be buffers that still grow. */
function buffersInWords(heap: Heap, {age, members}: Accumulation): string | null {
  if (!STILL.has(age.growth)) return null
  const {flags} = heap.columns
  const isBuffer = (index: number) =>
    (flags[index] & FLAG.frozen) === 0 && unusedCapacityOfAppended(heap, index) !== null
  const buffers = members.reduce((count, member) => count + Number(isBuffer(member)), 0)
  if (buffers < members.length / 2) return null
  const most = buffers === members.length ? 'all' : `${formatCount(buffers)} of them`
  return `${most} were built by appending, and may still grow`
}

/** How to tell a growing collection from one that turns over, when this dump cannot. */
export function settleIt({ages}: SuspectContext): string {
  return ages.tellsGenerations
    ? 'Run heroku heapdump:diff with a later dump to see whether it grows.'
    : 'Run heroku heapdump:trigger --trace 5m, or heroku heapdump:diff with a later dump, to see whether it grows.'
}

/** Each of them may be a list of the last n entries. */
function adviceBelow(context: SuspectContext, {age}: Accumulation): string {
  return age.growth === 'growing'
    ? BOUND_EACH
    : 'Check that each of them has a limit: new entries are added below them, and one dump cannot show whether old ' +
        `ones are removed. ${settleIt(context)}`
}

function lossInWords(removals: Removals): string {
  return hasRemovals(removals) || removals === 'maybe' ? 'More is added than removed' : 'Nothing removes entries'
}

/** Only the capacity shows that some entries are removed. */
function isBoundUnknown({ages}: SuspectContext, {age, removals}: Accumulation): boolean {
  return !ages.tellsGenerations && removals === 'some' && age.levelSeconds === undefined
}

function adviceFor(context: SuspectContext, accumulation: Accumulation): string {
  const {age, removals} = accumulation
  switch (age.growth) {
    case 'growing':
      return `${lossInWords(removals)}. Cap the size, expire entries, or delete them after use.`
    case 'mixed':
      if (age.isUnderWay)
        return 'Work in batches (find_each, in_batches) to hold less at a time: a job in progress collects this, and releases it when done.'
      return (
        'Check that its size has a limit: new entries are added, and one dump cannot show whether old ones are removed. ' +
        settleIt(context)
      )
    case 'turnover':
      return `Lower its limit to save memory: a cache with a limit is as large as it was meant to be.${
        isBoundUnknown(context, accumulation)
          ? ` Without one, more may be added than removed. ${settleIt(context)}`
          : ''
      }`
    case 'levelled':
      return 'Compare with a later dump before you change anything: it has almost stopped growing, like a full cache or memo.'
    case 'boot':
      return 'Leave it alone unless it is larger than you expected: it was loaded at boot and has not changed since.'
    case 'recent':
      return 'Compare with a second dump before you change anything: all of it is new, from a request in progress or a cache that turns over.'
    default:
      return 'Load less (select, limit, find_each) or keep a summary, unless you need all of it at once. A second dump shows whether it grows.'
  }
}
