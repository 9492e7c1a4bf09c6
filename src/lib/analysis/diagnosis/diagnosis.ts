// The verdict of heapdump:diagnose: a leak, growth that levels off, waste, native memory, nothing at all, or that two
// dumps cannot tell yet. Pure: from the comparison of the dumps, the analysis of the last one, and the memory line.
import {grownOutside} from '../compare/compared-verdict.js'
import {growsBy, historyInWords} from '../history/history-in-words.js'
import {SETTLED_SECONDS, WARM_UP_SECONDS} from '../history/judge-history.js'
import {NO_LEAK_IN_PART} from '../report/incomplete.js'
import type {Suspect} from '../suspects/finding.js'
import {capitalized, formatBytes, formatDuration} from '../../units.js'
import {type Compared, type DiagnosisEvidence, hasLevelMemory, isLevel, wasIdle, whileTraced} from './evidence.js'
import {type Speed, speedOf} from './speed.js'

export type Outcome = 'leak' | 'levels-off' | 'waste' | 'native' | 'healthy' | 'unclear'

export type Diagnosis = {
  readonly outcome: Outcome
  /** false: likely, but the last sentence says what else it could be. */
  readonly sure: boolean
  readonly sentences: readonly string[]
  /** What the sentences accuse, with its allocation sites and advice; null: nothing. */
  readonly culprit: Suspect | null
  readonly speed: Speed
}

type Judged = Omit<Diagnosis, 'speed'>

/** Slow growth does not show in less. */
const SHORT_SECONDS = 300
const AGAIN = 'Diagnose it again after an hour.'
const EXPECTED = 'Nothing, if this size is expected: it no longer grows. Otherwise cap its size, or load less.'

export function diagnosisOf(evidence: DiagnosisEvidence): Diagnosis {
  const {sentences, ...judged} = judge(evidence)
  return {
    ...judged,
    sentences: [...sentences, ...doubtsOf(judged, evidence)],
    speed: speedOf(evidence, judged),
  }
}

function judge(evidence: DiagnosisEvidence): Judged {
  const {growth, line, missing, report} = evidence
  const accused = report.suspects.filter(({severity}) => severity !== 'low')
  if (growth === null) return onlyOne(missing, accused)
  const obstacle = obstacleOf(growth)
  if (obstacle !== null) return unclear([obstacle], accused[0] ?? null)
  // What is little in a short time adds up if the memory line shows that it goes on.
  const climbs = line !== null && growsBy(line) !== null
  const grown = growth.suspects.find(({severity}) => climbs || severity !== 'low')
  if (grown?.rule === 'native-leak') return judgeNative(grown, evidence)
  const outside = growth.memoryGrowth === null ? grownOutside(growth.dumps) : null
  if (outside !== null && !isLevel(evidence))
    return {culprit: native(accused), outcome: 'native', sentences: [outside], sure: climbs}
  return grown === undefined ? judgeWithoutGrowth(accused, growth, evidence) : judgeOwner(grown, evidence)
}

function onlyOne(missing: string | null, [first]: readonly Suspect[]): Judged {
  const shown =
    first === undefined ? 'The first dump alone shows no suspect.' : `The first dump alone shows: ${first.title}.`
  return unclear([...(missing === null ? [] : [missing]), shown], first ?? null)
}

function obstacleOf({dumps, movement}: Compared): string | null {
  if (dumps.some(({partial}) => partial)) return 'One of the dumps has only a part of the heap.'
  if (dumps.some(({truncated}) => truncated)) return capitalized(NO_LEAK_IN_PART)
  return movement === 'other-process' ? 'The dumps are of two different processes.' : null
}

function judgeNative(grown: Suspect, evidence: DiagnosisEvidence): Judged {
  const {line, report} = evidence
  const sentence = `${grown.title}, and Ruby's objects do not account for it.`
  if (isLevel(evidence))
    return {
      culprit: grown,
      outcome: 'levels-off',
      sentences: [sentence, 'But the memory of the process is level.'],
      sure: true,
    }
  const isProven = (report.history?.nativeBytes ?? null) !== null || (line !== null && growsBy(line) === 'memory')
  return {culprit: grown, outcome: 'native', sentences: [sentence], sure: isProven}
}

function judgeOwner(grown: Suspect, evidence: DiagnosisEvidence): Judged {
  const {line, report, seconds, tracedSeconds} = evidence
  const culprit = withDetails(grown, report.suspects)
  const more = `${grown.owner} holds ${formatBytes(grown.grownBytes ?? grown.retainedSize)} more than ${ago(seconds)}`
  const lately = whileTraced(grown.owner, evidence)
  const climbs = line !== null && growsBy(line) !== null
  const last = formatDuration(tracedSeconds)
  if (lately === 'stopped' && !climbs) {
    const sentences = [`${more}, but nothing was added in the last ${last}: it stopped growing.`]
    return {culprit: advised(culprit, EXPECTED), outcome: 'levels-off', sentences, sure: hasLevelMemory(evidence)}
  }

  if (isLevel(evidence)) {
    const sentences = [`${more}, but memory and old objects are level: what it holds comes and goes.`]
    return {culprit: advised(culprit, EXPECTED), outcome: 'levels-off', sentences, sure: true}
  }

  // It was emptied in between, or it is a single String that became longer: its evidence says which.
  if (grown.kind === 'large' && grown.severity !== 'low' && !climbs)
    return unclear([`${more}, but two dumps do not show whether it is ever emptied.`], culprit)
  if (lately === 'unknown' && isYoung(evidence, WARM_UP_SECONDS))
    return unclear([`${more}, but the process has just started: every app grows then.`], advised(culprit, AGAIN))
  const still = {
    grew: [`${more}, and still grew in the last ${last}.`],
    stopped: [
      `${more}.`,
      `It adds in bursts: nothing came in the last ${last}, which were traced, but memory has climbed for hours.`,
    ],
    unknown: [`${more}.`],
  }
  return {culprit, outcome: 'leak', sentences: still[lately], sure: climbs || !isYoung(evidence)}
}

function judgeWithoutGrowth(accused: readonly Suspect[], growth: Compared, evidence: DiagnosisEvidence): Judged {
  const {line, report, seconds} = evidence
  const [first] = accused
  const proven = accused.find(({rule}) => rule === 'native-leak')
  if (proven !== undefined)
    return {culprit: proven, outcome: 'native', sentences: [`${proven.title}.`], sure: line !== null}
  const {cause = null, text = ''} = growth.memoryGrowth ?? {}
  if (cause === 'allocator' || cause === 'slots') {
    const culprit = accused.find(({kind}) => kind === 'waste') ?? first ?? null
    return {culprit, outcome: 'waste', sentences: [text], sure: true}
  }

  if (cause === 'jit') return {culprit: null, outcome: 'levels-off', sentences: [text], sure: true}
  if (cause === 'stacks') {
    const culprit = accused.find(({rule}) => rule === 'threads' || rule === 'thread-stacks') ?? null
    return {culprit, outcome: 'leak', sentences: [text], sure: false}
  }

  // It grew, but no owner holds noticeably more.
  if (cause === 'objects' || cause === 'other') return unclear([text], first ?? null)

  const nothing = `Nothing grew noticeably in ${seconds === null ? 'between' : formatDuration(seconds)}`
  if (line !== null && growsBy(line) !== null) {
    const past = historyInWords(line, report.history?.nativeBytes ?? null)
    return unclear([`${nothing}, although the process grows.`, ...past.slice(0, 1)], first ?? null)
  }

  if (wasIdle(evidence)) return unclear(['Hardly any GC ran between the dumps: the app was idle.'], first ?? null)
  const waste = accused.find(({kind}) => kind === 'waste')
  if (waste !== undefined)
    return {culprit: waste, outcome: 'waste', sentences: [`${nothing}. ${waste.title}.`], sure: true}
  if (first?.kind === 'leak')
    return {culprit: first, outcome: 'leak', sentences: [`${nothing}, but ${first.title}.`], sure: false}
  if (first !== undefined)
    return {
      // Memory that is in no object has advice of its own.
      culprit: first.path.length === 0 ? first : advised(first, EXPECTED),
      outcome: 'levels-off',
      sentences: [`${nothing}. ${first.title}.`],
      sure: !isShort(evidence),
    }

  return {culprit: null, outcome: 'healthy', sentences: [`${nothing}, and nothing stands out.`], sure: true}
}

/** What else it could be, or what the window was too short for. */
function doubtsOf({outcome, sure}: Pick<Judged, 'outcome' | 'sure'>, evidence: DiagnosisEvidence): string[] {
  const {growth, line, seconds} = evidence
  if (growth === null || outcome === 'unclear') return []
  if ((outcome === 'leak' || outcome === 'native') && isYoung(evidence)) {
    const age =
      line === null ? 'The age of the process is unknown' : `The process is ${roughly(line.processSeconds)} old`
    return [`${age}: a cache that is still filling looks the same. ${AGAIN}`]
  }

  if (isShort(evidence) && outcome !== 'leak' && outcome !== 'native')
    return [`A slow leak does not show in ${formatDuration(seconds ?? 0)}: use a longer --for.`]
  return outcome === 'levels-off' && !sure ? [`A pause looks the same. ${AGAIN}`] : []
}

function isShort({seconds}: DiagnosisEvidence): boolean {
  return seconds !== null && seconds < SHORT_SECONDS
}

/** Too young to tell a leak from what every process does at first; also if its age is unknown. */
function isYoung({line}: DiagnosisEvidence, seconds = SETTLED_SECONDS): boolean {
  return line === null || line.processSeconds < seconds
}

/** The rule that found the same owner in the last dump knows more about it than the comparison. */
function withDetails(grown: Suspect, suspects: readonly Suspect[]): Suspect {
  const isSame = ({owner, ownerAddress}: Suspect) =>
    ownerAddress === null || grown.ownerAddress === null ? owner === grown.owner : ownerAddress === grown.ownerAddress
  const same = suspects.find(one => isSame(one) && one.kind !== 'normal')
  if (same === undefined) return grown
  const found = {...grown, sites: grown.sites.length > 0 ? grown.sites : same.sites}
  // What one dump leaves open, the comparison has answered.
  if (same.kind === 'large') return found
  const evidence = [same.title, ...same.evidence.slice(1, 2), ...grown.evidence.slice(0, 1)]
  return {...found, advice: same.advice, evidence, path: same.path.length > 0 ? same.path : grown.path}
}

function advised(culprit: Suspect, advice: string): Suspect {
  return {...culprit, advice}
}

function native(accused: readonly Suspect[]): Suspect | null {
  return accused.find(({rule}) => rule === 'native-memory' || rule === 'outside-heap') ?? null
}

function unclear(sentences: readonly string[], culprit: Suspect | null): Judged {
  return {culprit, outcome: 'unclear', sentences, sure: false}
}

function ago(seconds: number | null): string {
  return seconds === null ? 'before' : `${formatDuration(seconds)} earlier`
}

/** Rounded to minutes. */
function roughly(seconds: number): string {
  return formatDuration(seconds < 120 ? seconds : Math.round(seconds / 60) * 60)
}
