// Code that keeps being compiled while the app runs: templates for each request, methods evaluated from source for each
// tenant. A class keeps its methods for good. Reported only if it continues: code that is compiled on first use and
// then complete is normal.
//
// One pass over all code (IMEMO), and a few steps up the dominator tree for code compiled after boot, or for all of it
// if the dump does not show its age.
import {NO_NODE} from '../../../graph/graph.js'
import {UNREACHED} from '../../../heap/ownership.js'
import {TYPE} from '../../../heap/object-types.js'
import {NO_SITE} from '../../../heap/site-table.js'
import {formatBytes, formatCount} from '../../../units.js'
import {compiledCodeOf} from '../../objects/compiled-code.js'
import type {SuspectContext} from '../context.js'
import {ageInWords, type Finding} from '../finding.js'
import {mostFrequentOwner} from '../../objects/owner.js'
import {settleIt} from '../accumulation-finding.js'
import {ownerInWords} from '../words.js'

/** The least number of methods, blocks and templates of one line or one class. */
const LEAST_CODE = 60
/**
 * The least share of live memory if the dump does not show growth: most code is marked old as soon as it is compiled.
 */
const LEAST_SHARE = 0.08
/** From code to its method, and to its class. */
const MOST_STEPS = 6

export function compiledCode(context: SuspectContext): Finding[] {
  return [...codeByOrigin(context).values()].flatMap(compiled => {
    if (compiled.length < LEAST_CODE || !continues(context, compiled)) return []
    const code = compiled.filter(one => !context.isClaimed(one)).map(one => methodOf(context, one).code)
    if (code.length < LEAST_CODE) return []
    const tops = context.outermost(code)
    const bytes = context.retainedBy(tops)
    if (bytes < context.leastBytes) return []
    const age = context.ageOf(code, {tops})
    if (
      age.growth !== 'growing' &&
      age.growth !== 'mixed' &&
      (context.ages.tellsGenerations || context.share(bytes) < LEAST_SHARE)
    )
      return []
    const owner = mostFrequentOwner(context.graph, tops)
    const grows = age.growth === 'growing'
    const settle = grows ? '' : ` ${settleIt(context)}`
    return [
      {
        advice:
          'Compile each template and define each method once, and pass what differs as an argument: reuse paths and resolvers ' +
          'across requests, and put no values into the source for eval, define_method or render inline. A method lives as ' +
          `long as its class.${settle}`,
        evidence: [
          `each takes ${formatBytes(bytes / tops.length)}, with its strings and caches`,
          context.ages.tellsGenerations ? ageInWords(age) : null,
        ].filter(line => line !== null),
        growth: age.growth,
        assessment: {by: 'age'},
        members: tops,
        owner,
        place: tops[0],
        retainedSize: bytes,
        rule: 'compiled-code',
        title: `${ownerInWords(owner)} ${grows ? 'keeps gaining code compiled at run time' : 'holds a lot of compiled code'}: ${formatCount(tops.length)} methods, ${formatBytes(bytes)}`,
      } satisfies Finding,
    ]
  })
}

/**
 * Nearly all code is complete. Its ages show that before its owner has to be found. An untraced dump does not show it.
 */
function continues({ages}: SuspectContext, code: readonly number[]): boolean {
  const {growth} = ages.profile(code)
  return !ages.tellsGenerations || growth === 'growing' || growth === 'mixed'
}

/** By the line that compiled it; if that is unknown, by the class that has it. */
function codeByOrigin(context: SuspectContext): ReadonlyMap<number, number[]> {
  const {
    ages,
    graph: {
      owned: {strengths},
    },
    heap,
  } = context
  const {sites} = heap.columns
  const groups = new Map<number, number[]>()
  const {tellsGenerations} = ages
  for (const index of compiledCodeOf(heap)) {
    if (strengths[index] === UNREACHED || (tellsGenerations && (sites[index] === NO_SITE || !ages.isAfterBoot(index))))
      continue
    const origin = tellsGenerations ? sites[index] : methodOf(context, index).holder
    if (origin === NO_NODE) continue
    const known = groups.get(origin)
    if (known === undefined) groups.set(origin, [index])
    else known.push(index)
  }

  return groups
}

/**
 * The outermost code that holds the given one (the method entry of a block), and the class that has it in its method
 * table.
 */
function methodOf({graph, heap}: SuspectContext, index: number): {readonly code: number; readonly holder: number} {
  const {types} = heap.columns
  let code = index
  for (let steps = 0; steps < MOST_STEPS; steps++) {
    let holder = NO_NODE
    let above = NO_NODE
    graph.eachOwner(code, owner => {
      if (owner === graph.root) return
      if (types[owner] === TYPE.CLASS || types[owner] === TYPE.MODULE) holder = owner
      else if (types[owner] === TYPE.IMEMO && owner !== code) above = above === NO_NODE ? owner : above
    })
    if (holder !== NO_NODE || above === NO_NODE) return {code, holder}
    code = above
  }

  return {code, holder: NO_NODE}
}
