// What a trend keeps of each dump: small and plain, so that only one heap is in memory at a time.
import {findOwners} from './owners.js'
import {tallyObjects, type Tally} from './tally.js'
import {type DumpFacts, factsOf} from '../report/report.js'
import type {Subject} from '../objects/subject.js'
import {type GroupBytes, groupsOf} from '../tables/part-groups.js'
import {type Totals, totals} from '../tables/totals.js'

export type DumpTally = {
  readonly facts: DumpFacts
  readonly totals: Totals
  /** The process's memory by part; null: not recorded. */
  readonly parts: GroupBytes | null
  readonly tally: Tally
}

export function tallyDump(subject: Subject): DumpTally {
  return {
    facts: factsOf(subject),
    parts: groupsOf(subject),
    tally: tallyObjects(subject, findOwners(subject.graph)).tally,
    totals: totals(subject.graph),
  }
}
