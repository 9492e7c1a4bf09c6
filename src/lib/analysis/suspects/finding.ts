// What a rule finds, and how it becomes a suspect. Severity and rank are decided here, by one measure for all rules.
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

/**
 * leak: it still grows. waste: there is more of it than needed. large: check whether it has to be. normal: expected.
 */
export type SuspectKind = 'leak' | 'waste' | 'large' | 'normal'

export type Suspect = {
  readonly rule: RuleId
  readonly kind: SuspectKind
  readonly severity: Severity
  /** One sentence without a full stop. */
  readonly title: string
  readonly owner: string
  /** Address of the object with that name; null if it is a root, or if many objects have the name. */
  readonly ownerAddress: string | null
  readonly retainedSize: number
  /** What it gained between the compared dumps; absent: one dump does not show that. */
  readonly grownBytes?: number
  /**
   * Share of live memory, without the tracer and reserved stacks; of the process for memory that is not in objects; 0 …
   * 1.
   */
  readonly share: number
  readonly evidence: readonly string[]
  /** From a root's direct reference to the accumulation. */
  readonly path: readonly Step[]
  /** Allocation sites, the app's own first; empty when untraced. */
  readonly sites: ReadonlyArray<{readonly file: string; readonly line: number | null}>
  readonly advice: string
}

/** The basis for the severity and the rank of a finding. */
export type Assessment =
  | {
      /** Judged by the age of its members. */
      readonly by: 'age'
      /** Below 1: ranked after others. */
      readonly doubt?: number | undefined
      /** From this share on its severity is high even if it does not grow. */
      readonly highFrom?: number | undefined
      /** The process's history shows that it does not grow. */
      readonly isLevel?: boolean | undefined
      /** It has a limit that the dump does not show: kind large, severity medium at most. */
      readonly isBounded?: boolean | undefined
    }
  /** A defect at any age. `weight` multiplies its bytes; from 4 on the severity is high however little it holds. */
  | {readonly by: 'defect'; readonly weight: number}
  /** There is more of it than needed. */
  | {readonly by: 'waste'}
  /** Every app of this kind has it. */
  | {readonly by: 'normal'}

export type Finding = Omit<
  Suspect,
  'grownBytes' | 'kind' | 'severity' | 'share' | 'path' | 'sites' | 'owner' | 'ownerAddress'
> & {
  readonly owner: Owner
  readonly growth: Growth
  /** The end of the path; NONE: there is no path to show. */
  readonly place: number
  /** The objects for which allocation sites are reported, with everything they dominate. */
  readonly members: ArrayLike<number>
  /** Members may dominate each other. */
  readonly nested?: boolean
  readonly assessment: Assessment
  /** The growing part of the retained size, if it is not all of it. */
  readonly grownBytes?: number | undefined
  /** The total for the share, if it is not live memory: bytes of the process. */
  readonly whole?: number
}

/** The weight of a byte, by growth. */
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
/** A defect of this weight is high however little it holds. */
const HIGH_WEIGHT = 4
/** Rules that know only the owner: nothing specific to a library, so a gem may be to blame. */
const GENERIC_RULES: ReadonlySet<RuleId> = new Set([
  'closures',
  'finalizers',
  'growing-collection',
  'large-collection',
  'long-chain',
  'spread-growth',
  'threads',
  'undrained-queue',
])
/** A cache known to be full is still worth a look if it is most of the live memory. */
const LEVEL_MEDIUM_FROM = 0.5
const PATH_HEAD = 6
const PATH_TAIL = 7

function shareOf(context: SuspectContext, {whole}: Finding, bytes: number): number {
  return whole === undefined ? context.share(bytes) : bytes / whole
}

export function rankOf(context: SuspectContext, finding: Finding): number {
  const {assessment, growth, owner, grownBytes = finding.retainedSize} = finding
  const byOwner = isForeign(owner) && !mayGrow(growth) ? 0.15 : 1
  const byRule =
    assessment.by === 'defect' ? assessment.weight : byOwner * (assessment.by === 'age' ? (assessment.doubt ?? 1) : 1)
  // Of live memory, so that it can be compared with what objects hold.
  return context.share(grownBytes) * WEIGHTS[growth] * byRule
}

/** The owner is a framework or the VM. A top-level constant is the app's, and so is a variable of the main script. */
function isForeign({kind, name}: Owner): boolean {
  return kind === 'framework' || (kind === 'root' && name !== 'Object' && name !== MAIN_SCRIPT)
}

/** It grows, or it may. */
function mayGrow(growth: Growth): boolean {
  return growth === 'growing' || growth === 'mixed'
}

/**
 * - high: it grows, and holds 5 % of live memory or 20 MB; or a rule knows that it is a defect, and it holds 1 %; or it
 *   holds the share from which its rule calls it high (records loaded after boot that stayed: 20 %; a String that is
 *   kept and appended to: 50 %).
 * - medium: it grows, or may grow, and holds 2 %; or it was allocated at one time or its age is unknown, and it holds
 *   10 %; or it turns over, and holds 20 %. If the process's history shows that it is level, medium from 50 % on.
 * - low: worth knowing: it turns over, was loaded at boot, or belongs to a framework and does not grow.
 */
export function severityOf(context: SuspectContext, finding: Finding): Severity {
  const severity = severityByAge(context, finding)
  if (severity !== 'high') return severity
  // In a young process a cache that is still filling looks like a leak. A known defect is one at any age.
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
  if (mayGrow(growth)) return share >= 0.02 ? 'medium' : 'low'
  if (isLevel) return share >= LEVEL_MEDIUM_FROM && !isForeign(owner) ? 'medium' : 'low'
  if (growth === 'recent' || growth === 'turnover') return share >= 0.2 && !isForeign(owner) ? 'medium' : 'low'
  if (share < 0.1) return 'low'
  // If the dump does not show the age, a framework's data is not ignored either.
  if (isForeign(owner)) return context.ages.tellsBoot ? 'low' : 'medium'
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
    ...reported
  } = finding
  const sites = sitesOf(context, finding)
  const gem = mayGrow(growth) && GENERIC_RULES.has(finding.rule) ? gemOf(owner, sites) : null
  return {
    ...reported,
    ...(gem === null
      ? {}
      : {
          advice: `${reported.advice} ${gemAdvice(gem)}`,
          evidence: reported.evidence.toSpliced(1, 0, `allocated in gem ${gem.name} ${gem.version}`.trimEnd()),
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
  const check = `heck ${name} for a newer version or a known issue.`
  return keeps ? `C${check}` : `If the app does not hold these itself, c${check}`
}

/** Puts the gem's own site after the app's site that leads there. */
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
  // If it grows, only members that have stayed count: the newest may be in use and soon gone.
  const stayed =
    growth === 'growing' && ages.tellsGenerations ? Int32Array.from(members).filter(member => !ages.isNew(member)) : []
  const counted = stayed.length > 0 ? stayed : members
  // If it grows below the members, their number is constant.
  return allocatedAt(graph, {
    holder: place,
    members: counted,
    membersFirst: grownBytes === undefined,
    tops: nested ? context.outermost(Array.from(counted)) : counted,
  })
}

function pathTo({graph, heap}: SuspectContext, place: number): readonly Step[] {
  return endsOf(heap, graph.pathFromRoot(place))
}

/** Long paths, such as a linked list's, are cut in the middle. */
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

/** The age of the members in words; null if the dump does not show it. */
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
    if (fresh === 0) return 'all have survived three GCs: nothing added recently'
    if (growth === 'settled') {
      return `all but ${formatCount(fresh)} have survived three GCs: almost nothing added recently`
    }

    if (fresh === members) return 'none has survived three GCs yet'
    const young = `${fresh === 1 ? 'has' : 'have'} not survived three GCs yet`
    return `${formatCount(fresh)} of the ${formatCount(members)} objects ${young}: entries are still being added`
  }

  const since = sinceTracing ? 'traced GCs' : 'GCs since boot'
  const supplied =
    generations === activeGenerations
      ? `all ${formatCount(generations)} ${since}`
      : `${formatCount(generations)} of the ${formatCount(activeGenerations)} ${since}`

  switch (growth) {
    case 'growing':
      return `survivors from ${supplied}: still growing`
    case 'mixed':
      return `survivors from ${supplied}: entries are still being added`
    case 'turnover':
      return `entries from ${supplied} remain`
    case 'levelled':
      return 'few added recently: leveling off'
    case 'recent':
      return 'all from the latest GCs: in use right now, or a cache that turns over'
    case 'burst': {
      const who = before === 0 ? 'all' : `${formatCount(members - before)} of the ${formatCount(members)} objects`
      // 0: the only GC that supplied members left almost nothing else alive.
      const when =
        generations <= 1 ? 'between two GCs' : `in ${formatCount(generations)} of ${formatCount(activeGenerations)} GCs`
      const others = before === 0 ? '' : `, the others before ${sinceTracing ? 'tracing began' : 'that'}`
      return `${who} were allocated ${when}${sinceTracing || before > 0 ? '' : ', after boot'}${others}`
    }

    case 'settled':
      return 'nothing added in the latest GCs'
    case 'before':
      return 'nothing added since tracing began'
    case 'boot':
      return fresh * 10 < members ? 'as old as the code: loaded at boot' : 'mostly loaded at boot'
  }
}
