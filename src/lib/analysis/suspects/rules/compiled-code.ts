// Code that is compiled while the app runs: templates anew for each request, methods that are evaluated from text for each tenant. A class keeps
// its methods for good. Told where it goes on; what is compiled when it is first needed, and then complete, is as it should be.
//
// One look at all code (IMEMO), and a few steps up the dominator tree for what came after boot: for all of it where the
// dump does not tell.
import {NO_NODE} from '../../../graph/graph.js'
import {UNREACHED} from '../../../heap/ownership.js'
import {TYPE} from '../../../heap/object-types.js'
import {NO_SITE} from '../../../heap/site-table.js'
import {formatBytes, formatCount} from '../../../units.js'
import {compiledCodeOf} from '../../objects/compiled-code.js'
import type {SuspectContext} from '../context.js'
import {ageInWords, type Finding} from '../finding.js'
import {mostFrequentOwner} from '../../objects/owner.js'
import {settleIt} from '../pile-finding.js'
import {ownerInWords} from '../words.js'

/** Methods, blocks and templates of one line or one class. */
const LEAST_CODE = 60
/** Of what is alive, where the dump does not tell whether it goes on: most code is marked old as soon as it is compiled. */
const LEAST_SHARE = 0.08
/** From code to its method, and to the class of that. */
const MOST_STEPS = 6

export function compiledCode(context: SuspectContext): Finding[] {
  return [...codeByOrigin(context).values()].flatMap(compiled => {
    if (compiled.length < LEAST_CODE || !goesOn(context, compiled)) return []
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
    const settle = grows ? '' : ` One dump does not tell whether it goes on: ${settleIt(context)}.`
    return [
      {
        advice:
          'A method stays as long as its class. Compile a template or define a method once, and pass what differs as an argument: ' +
          'the same paths and resolvers for each request, no eval, define_method or render inline: with a value in ' +
          `its text.${settle}`,
        evidence: [
          `each takes ${formatBytes(bytes / tops.length)}, with its texts and caches`,
          context.ages.tellsGenerations ? ageInWords(age) : null,
        ].filter(line => line !== null),
        growth: age.growth,
        assessment: {by: 'age'},
        members: tops,
        owner,
        place: tops[0],
        retainedSize: bytes,
        rule: 'compiled-code',
        title: `${ownerInWords(owner)} ${grows ? 'keeps getting code that is compiled at run time' : 'has much compiled code'}: ${formatCount(tops.length)} methods, ${formatBytes(bytes)}`,
      } satisfies Finding,
    ]
  })
}

/**
 * Nearly all code is complete: that is told by its ages, before anything is asked of who has it. Untraced it is not
 * told at all.
 */
function goesOn({ages}: SuspectContext, code: readonly number[]): boolean {
  const {growth} = ages.profile(code)
  return !ages.tellsGenerations || growth === 'growing' || growth === 'mixed'
}

/** By the line that compiled it; where that is not known, by the class that has it. */
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

/** The topmost code that holds some (a method's entry, of the block in it), and the class that has it in its table. */
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
