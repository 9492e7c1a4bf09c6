// A pile in words. Rules for special piles replace what they know better.
import {FLAG} from '../../heap/columns.js'
import type {Heap} from '../../heap/heap.js'
import {formatBytes, formatCount, formatDuration} from '../../units.js'
import {about} from '../history/history-in-words.js'
import {referenceLabel} from '../objects/labels.js'
import {collectionLabel} from '../objects/shared-arrays.js'
import {type Pile, STILL, type SuspectContext} from './context.js'
import {ageInWords, type Assessment, type Finding} from './finding.js'
import {ownerOf} from '../objects/owner.js'
import {roomOfAppended} from './string-buffer.js'
import {isTakenFrom, type Removals} from './removals.js'
import {threadAbove} from './under-way.js'
import {collectionName, counted, groupsInWords, ownerInWords} from './words.js'

export type PileWords = Partial<Pick<Finding, 'advice' | 'owner' | 'rule' | 'title'>> & {
  readonly assessment?: Assessment | undefined
  readonly members?: Finding['members'] | undefined
  /** Before what the pile itself says. */
  readonly evidence?: readonly string[]
}

const BOUND_EACH =
  'They are not many, but what each one holds is never taken out: bound each of them, let their entries expire, and drop those that nobody uses any more.'

/** It may be a list of the last so many. */
const DOUBTFUL = 0.4

/** Claims the pile: rules that come later leave it alone. */
export function pileFinding(context: SuspectContext, pile: Pile, words: PileWords = {}): Finding {
  const {heap} = context
  const {age, below, container, groups, members, newBelow, parts} = pile
  context.claim(parts.map(part => part.container))
  const owner = words.owner ?? pile.owner
  const listed = collectionName(heap, container)
  const grows = age.growth === 'growing'
  const what = counted(groups[0].count, groups[0].className)
  const byAge = {
    by: 'age' as const,
    doubt: pile.removals === 'maybe' && age.growth === 'mixed' ? DOUBTFUL : undefined,
    isLevel: age.levelSeconds !== undefined,
  }
  return {
    advice:
      words.advice ??
      specialAdvice(context, pile) ??
      (below === null ? adviceFor(context, pile) : adviceBelow(context, pile)),
    assessment:
      words.assessment === undefined || words.assessment.by === 'age'
        ? {...byAge, ...words.assessment}
        : words.assessment,
    evidence: [
      ...(words.evidence ?? []),
      `${parts.length === 1 ? '' : `in ${holdersInWords(context, pile)} the largest: `}${collectionLabel(context.graph, container)}: ${groupsInWords(parts[0].groups)}`,
      below === null ? null : `below them: ${groupsInWords(below.groups)}`,
      ageInWords(age),
      newBelow === 0
        ? null
        : `below them ${formatCount(newBelow)} objects are newer than that: each of them may be added to`,
      removalsInWords(pile),
      buffersInWords(heap, pile),
    ].filter(line => line !== null),
    grownBytes: below?.bytes,
    growth: age.growth,
    members: words.members ?? members,
    owner,
    place: container,
    retainedSize: pile.bytes,
    rule: words.rule ?? (below !== null ? 'spread-growth' : grows ? 'growing-collection' : 'large-collection'),
    title:
      words.title ??
      (parts.length > 1
        ? `${holdersInWords(context, pile)} ${grows ? 'keep adding' : 'hold'} ${what}, ${formatBytes(pile.bytes)}`
        : below !== null
          ? `${ownerInWords(owner)} ${belowInWords(what, listed, grows)}, ${formatBytes(pile.bytes)}`
          : grows
            ? `${ownerInWords(owner)} keeps adding to ${listed ?? 'what it holds'}: ${what}, ${formatBytes(pile.bytes)}`
            : `${ownerInWords(owner)} holds ${what}${listed === null ? '' : ` in ${listed}`}, ${formatBytes(pile.bytes)}`),
  }
}

function belowInWords(what: string, listed: string | null, grows: boolean): string {
  if (grows) return `keeps adding below ${listed ?? 'what it holds'}: its ${what} grow`
  return `holds ${what}${listed === null ? '' : ` in ${listed}`}, with new objects below them`
}

/** Of several places: whose they are. */
function holdersInWords({graph}: SuspectContext, {owner, parts}: Pile): string {
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

/** What some places need that is true of no other. */
function specialAdvice(context: SuspectContext, {age, container, groups, owner}: Pile): string | null {
  if (age.isUnderWay || (age.growth !== 'growing' && age.growth !== 'mixed')) return null
  const settle = age.growth === 'mixed' ? ` To settle it: ${settleIt(context)}.` : ''
  if (groups[0].className === 'ActiveSupport::Notifications::Event') {
    return `The event of a job or request keeps those of all that happens within it until it ends: enqueue in batches, each from a job of its own (perform_all_later).${settle}`
  }

  if (owner.kind !== 'thread') return null
  if (isOnStack(context, container)) {
    return `A local variable of a running thread keeps it for as long as the method runs: cap its size, delete entries after use, or start anew for each batch.${settle}`
  }

  return `A thread of a server lives as long as the process, and what is put into Thread.current or its stack's variables with it: use one key, and delete it when the request or job is done with (ensure).${settle}`
}

/** Whether a thread's stack leads to it, as far as the agent recorded that. */
function isOnStack({graph, heap}: SuspectContext, container: number): boolean {
  const above = threadAbove(graph, container)
  return above !== null && referenceLabel(heap, above.thread, above.way[above.way.length - 1]) === 'stack'
}

/** What the shape of a collection says, where its age leaves that open. */
function removalsInWords({age, removals}: Pile): string | null {
  const {climbsPerHour, levelSeconds} = age
  if (age.isUnderWay) return 'a variable of a running thread holds it: a job or request under way'
  const old = 'old objects of the process'
  if (levelSeconds !== undefined) {
    return `${old} have been level for ${formatDuration(levelSeconds)}: as entries come in, others go`
  }

  if (climbsPerHour !== undefined) {
    return `${old} climb by ${about(climbsPerHour)} an hour, and nothing else takes in as many`
  }

  if (age.growth === 'turnover') return 'its shape shows that entries are taken out as others come in'
  return age.growth === 'mixed' && removals === 'none' ? 'its shape shows no sign that entries are taken out' : null
}

/** Members that came long ago may be buffers that grow themselves. */
function buffersInWords(heap: Heap, {age, members}: Pile): string | null {
  if (!STILL.has(age.growth)) return null
  const {flags} = heap.columns
  const isBuffer = (index: number) => (flags[index] & FLAG.frozen) === 0 && roomOfAppended(heap, index) !== null
  const buffers = members.reduce((count, member) => count + Number(isBuffer(member)), 0)
  if (buffers < members.length / 2) return null
  const most = buffers === members.length ? 'all' : `${formatCount(buffers)} of them`
  return `${most} were put together piece by piece, and may still be added to`
}

/** What tells a collection that grows from one that turns over. That a dump was traced has not told. */
export function settleIt({ages}: SuspectContext): string {
  return ages.tellsGenerations
    ? 'heroku heapdump:diff with a later dump tells whether it grows'
    : 'heroku heapdump:trigger --trace 5m, or heroku heapdump:diff with a later dump, tells whether it grows'
}

/** Each may be a list of the last so many. */
function adviceBelow(context: SuspectContext, {age}: Pile): string {
  return age.growth === 'growing'
    ? BOUND_EACH
    : 'New entries come in below them, and one dump does not tell whether old ones go out. ' +
        `If nothing bounds each of them, it is a leak: ${settleIt(context)}.`
}

function lossInWords(removals: Removals): string {
  return isTakenFrom(removals) || removals === 'maybe' ? 'More comes in than is taken out' : 'Nothing removes entries'
}

/** Only the shape tells that some entries go. */
function isBoundUnknown({ages}: SuspectContext, {age, removals}: Pile): boolean {
  return !ages.tellsGenerations && removals === 'some' && age.levelSeconds === undefined
}

function adviceFor(context: SuspectContext, pile: Pile): string {
  const {age, removals} = pile
  switch (age.growth) {
    case 'growing':
      return `${lossInWords(removals)}. Cap the size, expire entries, or delete them after use.`
    case 'mixed':
      if (age.isUnderWay)
        return 'A job that is under way gathers it, and lets go of it when it is done: work in batches (find_each, in_batches) to hold less at a time.'
      return (
        'New entries come in, and one dump does not tell whether old ones go out. ' +
        `If nothing bounds it, it is a leak: ${settleIt(context)}.`
      )
    case 'turnover':
      return `A cache with a bound is as large as it was meant to be: lower the bound to save memory.${
        isBoundUnknown(context, pile) ? ` If it has none, more may come in than goes out: ${settleIt(context)}.` : ''
      }`
    case 'levelled':
      return 'It has nearly stopped growing: a cache or memo that is filled. Compare with a later dump before you change anything.'
    case 'boot':
      return 'Loaded with the code and constant since: normal, unless it is larger than you thought.'
    case 'recent':
      return 'All of it is new: a request in flight, or a cache that turns over. Compare with a second dump before you change anything.'
    default:
      return 'Do you need all of it in memory at once? Load less (select, limit, find_each), or keep a summary. A second dump tells whether it grows.'
  }
}
