// The answer of a grouped trend in sentences: which one brought it, since when, where, how fast.
import {formatBytes, formatCount, formatCounted, formatDuration} from '../../units.js'
import type {Difference} from './group-difference.js'
import type {GroupedTrend, OwnerOfGroups} from './grouped-trend.js'
import {medianOf} from './statistics.js'

const PLURALS = {dyno: 'dynos', process: 'processes', release: 'releases'} as const
/** A leak in more dumps than this share is there all the time. */
const MOST = 0.5

export function trendAnswer(trend: GroupedTrend): readonly string[] {
  const {by, groups, release, unnamed} = trend
  const [first] = groups
  if (first === undefined) return unknown(trend)
  const left = unnamed === 0 ? [] : [`${formatCounted(unnamed, 'dump')} without a known ${by} are left out.`]
  if (groups.length === 1) {
    const dumps = first.dumps === 1 ? 'The only dump is' : `All ${formatCount(first.dumps)} dumps are`
    const only = `${dumps} of ${first.name}: nothing to compare it with.`
    const later = by === 'release' ? ['Compare again after the next deploy.'] : []
    return [only, ...later, ...everywhere(trend), ...left]
  }

  const [owner] = trend.owners
  if (owner?.difference) {
    const {difference} = owner
    const found = by === 'release' ? steps(trend, owner, difference) : outliers(trend, owner, difference)
    return [...found, ...left]
  }

  const alike =
    by === 'release'
      ? `No release stands out from ${first.name} to ${groups[groups.length - 1].name}.`
      : `${groups.length === 2 ? 'Both' : `All ${groups.length}`} ${PLURALS[by]} hold about the same${release === null ? '' : ` (${release})`}.`
  return [alike, ...everywhere(trend), ...left]
}

function unknown({by, unnamed}: GroupedTrend): readonly string[] {
  const none = `None of the ${formatCounted(unnamed, 'dump')} records its ${by}.`
  return by === 'release'
    ? [none, 'Dynos know their release once dyno metadata is enabled: heroku labs:enable runtime-dyno-metadata.']
    : [none]
}

function steps({groups}: GroupedTrend, owner: OwnerOfGroups, difference: Difference): readonly string[] {
  const {ageHours} = difference
  const at = difference.groups[0]
  const [brought, before] = [groups[at], groups[at - 1]]
  const gone = difference.gone === null ? null : groups[difference.gone]
  const age = ageHours === null ? '' : `, in a process of ${formatDuration(ageHours * 3600)}`
  return [
    `${brought.name} brought it${gone === null ? '' : `, and it is gone since ${gone.name}`}: ${owner.owner} ` +
      `${gone === null ? 'holds' : 'held'} ${formatBytes(difference.memsize)} more than the ${formatBytes(difference.before)} before${age}.`,
    `The first dump of ${brought.name} is of ${formatTime(brought.since)}; the last one before it, of ${before.name}, is of ${formatTime(before.until)}.`,
    ...speed(difference.perHour, difference),
    ...place(owner),
  ]
}

function medianRate({perHour}: OwnerOfGroups, {groups}: Difference): number | null {
  const rates = groups.flatMap(at => perHour[at] ?? [])
  return rates.length === 0 ? null : medianOf(rates)
}

/** The growth of a process in the groups that hold more. */
function speed(rate: number | null, {memsize}: Difference): readonly string[] {
  if (rate === null) return []
  // At less than a hundredth of it in an hour, growth is not what brought it there.
  return rate > memsize / 100
    ? [`It grows by ${formatBytes(rate)} an hour in each process.`]
    : ['It does not grow with the age of the process: it is loaded once.']
}

function place({notOn, on}: OwnerOfGroups): readonly string[] {
  if (on.length === 0) return []
  if (notOn.length > 0) return [`It is on ${on.join(', ')}, but not on ${notOn.join(', ')}.`]
  return [
    on.length === 1 ? `All of these dumps are of ${on[0]}.` : `It is on all ${on.length} dynos: ${on.join(', ')}.`,
  ]
}

function outliers(
  {by, groups, release}: GroupedTrend,
  owner: OwnerOfGroups,
  difference: Difference,
): readonly string[] {
  const names = difference.groups.map(at => groups[at].name)
  const others = groups.length - names.length
  const differs = `${names.join(', ')} ${names.length === 1 ? 'differs' : 'differ'}`
  return [
    `${differs}: ${owner.owner} holds ${formatBytes(difference.memsize)} more there than the ${formatBytes(difference.before)} ` +
      `of the other ${others === 1 ? by : `${others} ${PLURALS[by]}`}${release === null ? '' : ` (${release})`}.`,
    ...speed(medianRate(owner, difference), difference),
  ]
}

/** The owner that is a leak in most dumps of all groups. */
function everywhere({by, groups, owners}: GroupedTrend): readonly string[] {
  const dumps = groups.reduce((sum, group) => sum + group.dumps, 0)
  const [most] = owners.toSorted((a, b) => b.leaks - a.leaks)
  if (most === undefined || most.leaks <= dumps * MOST) return []
  const since = by === 'release' && groups.length > 1 ? `: since ${groups[0].name} or earlier` : ''
  return [`${most.owner} is a leak in ${formatCount(most.leaks)} of the ${formatCount(dumps)} dumps${since}.`]
}

function formatTime(time: string | null): string {
  return time === null ? 'an unknown time' : `${time.slice(0, 16).replace('T', ' ')} UTC`
}
