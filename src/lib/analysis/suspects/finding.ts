// What a rule says, and how it becomes a suspect: severity and rank are decided here, by one measure for all rules.
import {NONE} from '../../heap/columns.js'
import type {Heap} from '../../heap/heap.js'
import {isTooYoung} from '../history/what-it-proves.js'
import {stepsOf, type Step} from '../objects/labels.js'
import {MAIN_SCRIPT} from '../objects/main-script.js'
import {formatCount} from '../../units.js'
import type {AgeProfile, Growth} from './ages.js'
import {type AllocatedAt, allocatedAt} from './allocated-at.js'
import type {SuspectContext} from './context.js'
import {type BlamedGem, gemOf} from './gem-of.js'
import type {Owner} from '../objects/owner.js'
import type {RuleId} from './rule-ids.js'

export type Severity = 'high' | 'medium' | 'low'

/** leak: it is still being added to. waste: there is more of it than anybody needs. large: look whether it must be. normal: it is as it should be. */
export type SuspectKind = 'leak' | 'waste' | 'large' | 'normal'

export type Suspect = {
  readonly rule: RuleId
  readonly kind: SuspectKind
  readonly severity: Severity
  /** One sentence without a full stop. */
  readonly title: string
  readonly owner: string
  /** Of the object that has that name; null: it is a root, or many have it. */
  readonly ownerAddress: string | null
  readonly retainedSize: number
  /** Of what is alive, the tracer and reserved stacks left out; of the process, for what is no Ruby object; 0 … 1. */
  readonly share: number
  readonly evidence: readonly string[]
  /** From what a root holds to the pile. */
  readonly path: readonly Step[]
  /** Where it was allocated, the app's own lines first; empty when untraced. */
  readonly sites: ReadonlyArray<{readonly file: string; readonly line: number | null}>
  readonly advice: string
}

/** What the severity and the rank of a finding go by. */
export type Assessment =
  | {
      /** By how old its members are. */
      readonly by: 'age'
      /** Below 1: told after others. */
      readonly doubt?: number | undefined
      /** From this share on it is high although it does not grow. */
      readonly highFrom?: number | undefined
      /** The history of the process shows that it does not grow. */
      readonly isLevel?: boolean | undefined
      /** It has a bound that the dump does not show: large, medium at most. */
      readonly isBounded?: boolean | undefined
    }
  /** A defect at any age. A byte counts so many times, more than once; from 4 on it is high however little it holds. */
  | {readonly by: 'defect'; readonly weight: number}
  /** There is more of it than anybody needs. */
  | {readonly by: 'waste'}
  /** What every app of its kind has. */
  | {readonly by: 'normal'}

export type Finding = Omit<Suspect, 'kind' | 'severity' | 'share' | 'path' | 'sites' | 'owner' | 'ownerAddress'> & {
  readonly owner: Owner
  readonly growth: Growth
  /** What the path leads to; NONE: there is no path to show. */
  readonly place: number
  /** Whose allocation sites are told: with all that they dominate. */
  readonly members: ArrayLike<number>
  /** Members may dominate each other. */
  readonly nested?: boolean
  readonly assessment: Assessment
  /** Of the retained size, what is added to, where that is only a part of it. */
  readonly grownBytes?: number | undefined
  /** What the retained size is a share of, where that is not what is alive: bytes of the process. */
  readonly whole?: number
}

/** How much a byte counts, by what its age says. */
const WEIGHTS: Readonly<Record<Growth, number>> = {
  before: 0.3,
  boot: 0.08,
  burst: 1.2,
  growing: 4,
  levelled: 0.8,
  mixed: 4,
  recent: 0.5,
  settled: 0.8,
  turnover: 0.25,
}
/** The weight of a defect that is one however little it holds. */
const HIGH_WEIGHT = 4
/** Rules that know nothing better of what they tell than whose it is. */
const ANYBODYS: ReadonlySet<RuleId> = new Set([
  'closures',
  'finalizers',
  'growing-collection',
  'large-collection',
  'long-chain',
  'spread-growth',
  'threads',
  'undrained-queue',
])
/** A cache that is full for certain, and most of what is alive, is still worth a look. */
const LEVEL_MEDIUM_FROM = 0.5
const PATH_HEAD = 6
const PATH_TAIL = 7

function shareOf(context: SuspectContext, {whole}: Finding, bytes: number): number {
  return whole === undefined ? context.share(bytes) : bytes / whole
}

export function rankOf(context: SuspectContext, finding: Finding): number {
  const {assessment, growth, owner, grownBytes = finding.retainedSize} = finding
  const byOwner = isOthers(owner) && !isAddedTo(growth) ? 0.15 : 1
  const byRule =
    assessment.by === 'defect' ? assessment.weight : byOwner * (assessment.by === 'age' ? (assessment.doubt ?? 1) : 1)
  return shareOf(context, finding, grownBytes) * WEIGHTS[growth] * byRule
}

/** A framework's, or the VM's. A constant at the top level is the app's, and so is a variable of the script. */
function isOthers({kind, name}: Owner): boolean {
  return kind === 'framework' || (kind === 'root' && name !== 'Object' && name !== MAIN_SCRIPT)
}

/** It grows, or it may. */
function isAddedTo(growth: Growth): boolean {
  return growth === 'growing' || growth === 'mixed'
}

/**
 * high: it grows, and holds 5 % of what is alive or 20 MB; or the rule knows it for a defect and it holds 1 %, or the share from which it
 * calls that much high (records that came after boot and stayed: 20 %; a String that somebody keeps and appends to: a half).
 * medium: it holds 2 % and grows, or may grow; or 10 % and came at one time, or is of unknown age; or 20 % and turns over.
 * What the history of the process shows to be level is medium from a half on.
 * low: worth knowing; what turns over, was loaded at boot, or is a framework's own and does not grow.
 */
export function severityOf(context: SuspectContext, finding: Finding): Severity {
  const severity = severityByAge(context, finding)
  if (severity !== 'high') return severity
  // In a young process a cache that is still filling looks like a leak. What a rule knows for a defect is one at any
  // age.
  const {assessment, growth} = finding
  const mayBeFilling = growth === 'growing' && assessment.by !== 'defect'
  if (mayBeFilling && context.history !== null && isTooYoung(context.history)) return 'medium'
  return assessment.by === 'age' && assessment.isBounded ? 'medium' : severity
}

function severityByAge(context: SuspectContext, finding: Finding): Severity {
  const {assessment, growth, owner, grownBytes = finding.retainedSize} = finding
  const share = shareOf(context, finding, grownBytes)
  if (assessment.by === 'normal' || growth === 'boot') return 'low'
  if (assessment.by === 'defect') return share >= 0.01 || assessment.weight >= HIGH_WEIGHT ? 'high' : 'medium'
  const {highFrom = Infinity, isLevel = false} = assessment.by === 'age' ? assessment : {}
  if (growth === 'growing' && (share >= 0.05 || grownBytes >= 20e6)) return 'high'
  if (isAddedTo(growth)) return share >= 0.02 ? 'medium' : 'low'
  if (isLevel) return share >= LEVEL_MEDIUM_FROM && !isOthers(owner) ? 'medium' : 'low'
  if (growth === 'recent' || growth === 'turnover') return share >= 0.2 && !isOthers(owner) ? 'medium' : 'low'
  if (share < 0.1) return 'low'
  // Where the dump does not tell its age, a framework's is nothing to be passed over either.
  if (isOthers(owner)) return context.ages.tellsBoot ? 'low' : 'medium'
  return share >= highFrom ? 'high' : 'medium'
}

export function toSuspect(context: SuspectContext, finding: Finding): Suspect {
  const {
    assessment: _assessment,
    growth,
    place,
    members: _members,
    grownBytes: _grownBytes,
    nested: _nested,
    whole: _whole,
    owner,
    ...told
  } = finding
  const sites = sitesOf(context, finding)
  const gem = isAddedTo(growth) && ANYBODYS.has(finding.rule) ? gemOf(owner, sites) : null
  return {
    ...told,
    ...(gem === null
      ? {}
      : {
          advice: `${told.advice} ${gemAdvice(gem)}`,
          evidence: told.evidence.toSpliced(1, 0, `allocated in gem ${gem.name} ${gem.version}`.trimEnd()),
        }),
    kind: kindOf(finding),
    owner: owner.name,
    ownerAddress: owner.index === NONE ? null : context.heap.address(owner.index),
    path: place === NONE ? [] : pathTo(context, place),
    severity: severityOf(context, finding),
    share: shareOf(context, finding, finding.retainedSize),
    sites: (gem === null ? sites : withSecond(sites, gem.site)).map(({file, line}) => ({file, line})),
  }
}

function gemAdvice({keeps, name}: BlamedGem): string {
  return `${keeps ? 'L' : 'If the app does not keep these itself, l'}ook for a newer version of ${name}, or its issues.`
}

/** After the app's line that leads there, the gem's own. */
function withSecond(sites: readonly AllocatedAt[], site: AllocatedAt): readonly AllocatedAt[] {
  return sites.indexOf(site) < 2 ? sites : [sites[0], site, ...sites.slice(1).filter(one => one !== site)]
}

function kindOf({assessment, growth}: Finding): SuspectKind {
  if (assessment.by === 'age' && assessment.isBounded) return 'large'
  if (assessment.by === 'normal' || growth === 'boot') return 'normal'
  if (growth === 'growing') return 'leak'
  return assessment.by === 'age' ? 'large' : 'waste'
}

function sitesOf(
  context: SuspectContext,
  {growth, grownBytes, members, nested = false, place}: Finding,
): readonly AllocatedAt[] {
  const {ages, graph, heap} = context
  if (heap.tables.siteTable.size === 0) return []
  // Of what grows, what has stayed tells the lines: what came last may be at work and soon gone.
  const stayed =
    growth === 'growing' && ages.tellsGenerations ? Int32Array.from(members).filter(member => !ages.isNew(member)) : []
  const told = stayed.length > 0 ? stayed : members
  // Where it grows below them, members are as many as ever.
  return allocatedAt(graph, {
    holder: place,
    members: told,
    membersFirst: grownBytes === undefined,
    tops: nested ? context.outermost(Array.from(told)) : told,
  })
}

function pathTo({graph, heap}: SuspectContext, place: number): readonly Step[] {
  return endsOf(heap, graph.pathFromRoot(place))
}

/** Long ways (a linked list's) keep their two ends. */
export function endsOf(heap: Heap, path: readonly number[]): readonly Step[] {
  const steps = stepsOf(
    heap,
    path.length > PATH_HEAD + PATH_TAIL ? [...path.slice(0, PATH_HEAD), ...path.slice(-PATH_TAIL)] : path,
  )
  if (path.length > PATH_HEAD + PATH_TAIL) {
    steps[PATH_HEAD] = {...steps[PATH_HEAD], reference: `… ${formatCount(path.length - PATH_HEAD - PATH_TAIL)} more …`}
  }

  return steps
}

/** How old the members are, in words; null where the dump says nothing. */
export function ageInWords({
  growth,
  generations,
  activeGenerations,
  before,
  fresh,
  members,
  sinceTracing,
}: AgeProfile): string | null {
  if (activeGenerations === 0) {
    if (fresh === 0) return 'all have survived three GCs: nothing was added lately'
    if (growth === 'settled') {
      return `all but ${formatCount(fresh)} have survived three GCs: hardly anything was added lately`
    }

    if (fresh === members) return 'all are newer than the last three GCs'
    const newer = `${fresh === 1 ? 'is' : 'are'} newer than the last three GCs`
    return `${formatCount(fresh)} of the ${formatCount(members)} objects ${newer}: entries still come in`
  }

  switch (growth) {
    case 'growing':
      return `survivors from ${formatCount(generations)} of the ${formatCount(activeGenerations)} ${sinceTracing ? 'traced GCs' : 'GCs since boot'}: still growing`
    case 'mixed':
      return `survivors from ${formatCount(generations)} of the ${formatCount(activeGenerations)} ${sinceTracing ? 'traced GCs' : 'GCs since boot'}: entries still come in`
    case 'turnover':
      return `entries from ${formatCount(generations)} of the ${formatCount(activeGenerations)} ${sinceTracing ? 'traced GCs' : 'GCs since boot'} are left`
    case 'levelled':
      return 'few were added of late: it levels off'
    case 'recent':
      return `all from the last GCs: in use right now, or a cache that turns over`
    case 'burst': {
      const who = before === 0 ? 'all' : `${formatCount(members - before)} of the ${formatCount(members)} objects`
      // None: in one of which hardly anything else is left.
      const when =
        generations <= 1 ? 'between two GCs' : `in ${formatCount(generations)} of ${formatCount(activeGenerations)} GCs`
      const others = before === 0 ? '' : `, the others before ${sinceTracing ? 'the tracing began' : 'that'}`
      return `${who} came ${when}${sinceTracing || before > 0 ? '' : ', after boot'}${others}`
    }

    case 'settled':
      return 'nothing was added in the last GCs'
    case 'before':
      return 'nothing was added since the tracing began'
    case 'boot':
      return fresh * 10 < members ? 'as old as the code: loaded at boot' : 'mostly loaded at boot'
  }
}
