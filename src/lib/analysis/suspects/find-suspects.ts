// Runs all rules on a heap and ranks their findings.
import {NONE} from '../../heap/columns.js'
import {isAgents} from '../objects/agent-objects.js'
import type {Subject} from '../objects/subject.js'
import {SuspectContext} from './context.js'
import {type Finding, rankOf, type Severity, severityOf, type Suspect, toSuspect} from './finding.js'
import {RULES} from './rules/rules.js'

/** Nobody reads more. */
const MOST = 12
/** Findings that rank lower are not worth a line. */
const LEAST_RANK = 0.002
/** Data loaded at boot is reported only if it is a large part of live memory. */
const LEAST_BOOT_SHARE = 0.15

const ORDER: Readonly<Record<Severity, number>> = {high: 0, low: 2, medium: 1}

const known = new WeakMap<Subject, readonly Suspect[]>()

/** Those of a dump that was analyzed before: a heap from the cache lacks the texts that some rules read. */
export function rememberSuspects(subject: Subject, suspects: readonly Suspect[]): void {
  known.set(subject, suspects)
}

/** Worst first. Searched once per dump. */
export function findSuspects(subject: Subject): readonly Suspect[] {
  let suspects = known.get(subject)
  if (suspects === undefined) known.set(subject, (suspects = searchSuspects(subject)))
  return suspects
}

function searchSuspects(subject: Subject): readonly Suspect[] {
  const context = new SuspectContext(subject)
  const findings: Array<{finding: Finding; rank: number; severity: Severity}> = []
  for (const rule of RULES) {
    for (const finding of rule(context)) {
      if (finding.place !== NONE && isAgents(context.heap, finding.place)) continue
      const rank = rankOf(context, finding)
      if (finding.growth === 'boot' && context.share(finding.retainedSize) < LEAST_BOOT_SHARE) continue
      if (rank >= LEAST_RANK) findings.push({finding, rank, severity: severityOf(context, finding)})
    }
  }

  return findings
    .toSorted((a, b) => ORDER[a.severity] - ORDER[b.severity] || b.rank - a.rank)
    .slice(0, MOST)
    .map(({finding}) => toSuspect(context, finding))
}
