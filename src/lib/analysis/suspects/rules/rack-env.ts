// Rack's env: the Hash of a request, with its headers, session, controller and whatever middleware adds. Holding it
// holds the whole request.
import {NONE} from '../../../heap/columns.js'
import {TYPE} from '../../../heap/object-types.js'
import {formatBytes, formatCount} from '../../../units.js'
import type {Accumulation, SuspectContext} from '../context.js'
import type {Assessment, Finding} from '../finding.js'
import type {Owner} from '../../objects/owner.js'
import {accumulationFinding} from '../accumulation-finding.js'
import {sampleOf} from '../../objects/sample.js'
import {counted, ownerInWords} from '../words.js'

const ENV_KEYS = new Set(['REQUEST_METHOD', 'PATH_INFO', 'rack.input', 'rack.url_scheme', 'HTTP_HOST', 'SERVER_NAME'])
const JOB_KEYS = new Set(['jid', 'job_id', 'job_class', 'provider_job_id', 'enqueued_at'])
const MEMBERS_SEEN = 5

export function rackEnv(context: SuspectContext): Finding[] {
  return context.accumulations.flatMap(accumulation => {
    if (context.isClaimed(accumulation.container)) return []
    const {count, className: memberClass} = accumulation.groups[0]
    if (hasKeys(context, accumulation, ENV_KEYS)) {
      return [
        accumulationFinding(context, accumulation, {
          assessment: assessmentOf(accumulation),
          owner: keeper(accumulation),
          advice: "Copy the values you need, and don't hold env, the request or the controller after the request ends.",
          rule: 'rack-env',
          title: `${ownerInWords(accumulation.owner)} holds ${memberClass === 'Hash' ? `${formatCount(count)} Rack envs (a whole request each)` : counted(count, `${memberClass}, each with the Rack env of its request`)}, ${formatBytes(accumulation.bytes)}`,
        }),
      ]
    }

    if (!hasKeys(context, accumulation, JOB_KEYS)) return []
    return [
      accumulationFinding(context, accumulation, {
        assessment: assessmentOf(accumulation),
        owner: keeper(accumulation),
        advice: 'Drop job arguments once the job has run, and pass ids instead of documents.',
        rule: 'job-arguments',
        title: `${ownerInWords(accumulation.owner)} holds ${formatCount(count)} background jobs with their arguments, ${formatBytes(accumulation.bytes)}`,
      }),
    ]
  })
}

/** Requests in progress are new; a list of the last n requests is not a leak. */
function assessmentOf({age}: Accumulation): Assessment | undefined {
  return age.growth === 'growing' ? {by: 'defect', weight: 2} : undefined
}

/** A finished request is not a framework's own data, even if one of its classes holds it. */
function keeper({owner}: Accumulation): Owner {
  return owner.kind === 'framework' ? {...owner, kind: 'instance'} : owner
}

/** Whether most members are, or refer to, a Hash with two of the keys. */
function hasKeys({heap}: SuspectContext, {members}: Accumulation, wanted: ReadonlySet<string>): boolean {
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
