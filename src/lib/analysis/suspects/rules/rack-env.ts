// Rack's env: the Hash of a request, with its headers, its session, the controller and whatever middleware put there. Kept, it keeps
// the whole request.
import {NONE} from '../../../heap/columns.js'
import {TYPE} from '../../../heap/object-types.js'
import {formatBytes, formatCount} from '../../../units.js'
import type {Pile, SuspectContext} from '../context.js'
import type {Assessment, Finding} from '../finding.js'
import type {Owner} from '../../objects/owner.js'
import {pileFinding} from '../pile-finding.js'
import {sampleOf} from '../../objects/sample.js'
import {counted, ownerInWords} from '../words.js'

const ENV_KEYS = new Set(['REQUEST_METHOD', 'PATH_INFO', 'rack.input', 'rack.url_scheme', 'HTTP_HOST', 'SERVER_NAME'])
const JOB_KEYS = new Set(['jid', 'job_id', 'job_class', 'provider_job_id', 'enqueued_at'])
const MEMBERS_SEEN = 5

export function rackEnv(context: SuspectContext): Finding[] {
  return context.piles.flatMap(pile => {
    if (context.isClaimed(pile.container)) return []
    const {count, className: memberClass} = pile.groups[0]
    if (hasKeys(context, pile, ENV_KEYS)) {
      return [
        pileFinding(context, pile, {
          assessment: assessmentOf(pile),
          owner: keeper(pile),
          advice:
            "Don't keep env, the request or the controller beyond the request: copy the values you need out of it.",
          rule: 'rack-env',
          title: `${ownerInWords(pile.owner)} keeps ${memberClass === 'Hash' ? `${formatCount(count)} Rack envs (a whole request each)` : counted(count, `${memberClass} with the Rack env of its request`)}, ${formatBytes(pile.bytes)}`,
        }),
      ]
    }

    if (!hasKeys(context, pile, JOB_KEYS)) return []
    return [
      pileFinding(context, pile, {
        assessment: assessmentOf(pile),
        owner: keeper(pile),
        advice: 'Arguments of jobs are kept after the jobs ran: let go of them, and pass ids instead of documents.',
        rule: 'job-arguments',
        title: `${ownerInWords(pile.owner)} keeps ${formatCount(count)} background jobs with their arguments, ${formatBytes(pile.bytes)}`,
      }),
    ]
  })
}

/** Those under way are new; a list of the last so many is no leak. */
function assessmentOf({age}: Pile): Assessment | undefined {
  return age.growth === 'growing' ? {by: 'defect', weight: 2} : undefined
}

/** What is done with is not a framework's own, where one of its classes keeps it. */
function keeper({owner}: Pile): Owner {
  return owner.kind === 'framework' ? {...owner, kind: 'instance'} : owner
}

/** Whether most members are, or refer to, a Hash with two of the keys. */
function hasKeys({heap}: SuspectContext, {members}: Pile, wanted: ReadonlySet<string>): boolean {
  const {types, firstEdge, edges} = heap.columns
  const seen = sampleOf(members, MEMBERS_SEEN)
  let matches = 0
  for (const member of seen) {
    const hashes = [member, ...edges.subarray(firstEdge[member], firstEdge[member + 1])].filter(
      index => index !== NONE && types[index] === TYPE.HASH,
    )
    if (hashes.some(hash => countKeys(hash) >= 2)) matches++
  }

  return matches > seen.length / 2

  function countKeys(hash: number): number {
    let found = 0
    for (let at = firstEdge[hash]; at < firstEdge[hash + 1]; at++) {
      const key = edges[at]
      if (key === NONE || types[key] !== TYPE.STRING || heap.columns.details[key] === NONE) continue
      if (wanted.has(heap.tables.values.text(heap.columns.details[key]) ?? '')) found++
    }

    return found
  }
}
