// The text of a stored summary → the summary. Anyone who can write to the bucket may have written it, so it is checked:
// types, numbers of rows, lengths of names. What the key of the dump says (time, dyno, pid) is not taken from the text.
import {MOST_DETAILS, MOST_ROWS, type NamedAmount, type SiteAmount} from './dump-amounts.js'
import {
  type DumpSummary,
  MOST_SUSPECTS,
  SUMMARY_VERSION,
  type SummarizedDump,
  type SummarySuspect,
} from './dump-summary.js'

const LONGEST_NAME = 500
const KINDS = ['leak', 'waste', 'large', 'normal'] as const
const SEVERITIES = ['high', 'medium', 'low'] as const

type Fields = Readonly<Record<string, unknown>>

/** Thrown and caught here only. */
class Malformed extends Error {}

/** `known`: from the key. null: not a summary that this version can read. */
export function readSummary(
  text: string,
  {createdAt, dyno, id, key, pid}: Pick<SummarizedDump, 'createdAt' | 'dyno' | 'id' | 'key' | 'pid'>,
): DumpSummary | null {
  try {
    const summary = fields(JSON.parse(text))
    if (summary.version !== SUMMARY_VERSION) return null
    const {bootedAt, memoryBytes, process: role, quotaBytes, release} = fields(summary.dump)
    const totals = fields(summary.totals)
    return {
      version: SUMMARY_VERSION,
      classes: rows(summary.classes, MOST_ROWS, namedAmount),
      dump: {
        bootedAt: orNull(bootedAt, time),
        createdAt,
        dyno,
        id,
        key,
        memoryBytes: orNull(memoryBytes, amount),
        pid,
        process: orNull(role, name),
        quotaBytes: orNull(quotaBytes, amount),
        release: orNull(release, name),
      },
      healthy: summary.healthy === true,
      owners: rows(summary.owners, MOST_ROWS, owner => ({
        ...namedAmount(owner),
        classes: rows(owner.classes, MOST_DETAILS, namedAmount),
        sites: rows(owner.sites, MOST_DETAILS, siteAmount),
      })),
      sites: rows(summary.sites, MOST_ROWS, siteAmount),
      suspects: rows(summary.suspects, MOST_SUSPECTS, suspect),
      totals: {memsize: amount(totals.memsize), objects: amount(totals.objects)},
      traced: summary.traced === true,
    }
  } catch (error) {
    if (error instanceof Malformed || error instanceof SyntaxError) return null
    throw error
  }
}

function fields(value: unknown): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Malformed()
  return value as Fields
}

function rows<Row>(value: unknown, most: number, read: (row: Fields) => Row): Row[] {
  if (!Array.isArray(value) || value.length > most) throw new Malformed()
  return value.map(row => read(fields(row)))
}

function orNull<Value>(value: unknown, read: (value: unknown) => Value): Value | null {
  return value === null || value === undefined ? null : read(value)
}

function name(value: unknown): string {
  if (typeof value !== 'string' || value.length > LONGEST_NAME) throw new Malformed()
  return value
}

function time(value: unknown): string {
  const text = name(value)
  if (Number.isNaN(Date.parse(text))) throw new Malformed()
  return text
}

/** Bytes, or a number of objects. */
function amount(value: unknown): number {
  if (!Number.isSafeInteger(value) || (value as number) < 0) throw new Malformed()
  return value as number
}

function namedAmount(row: Fields): NamedAmount {
  return {memsize: amount(row.memsize), name: name(row.name), objects: amount(row.objects)}
}

function siteAmount(row: Fields): SiteAmount {
  return {
    file: name(row.file),
    line: orNull(row.line, amount),
    memsize: amount(row.memsize),
    objects: amount(row.objects),
  }
}

function suspect({kind, owner, retainedSize, rule, severity, share}: Fields): SummarySuspect {
  const isShare = typeof share === 'number' && share >= 0 && share <= 1
  if (!isShare || !KINDS.includes(kind as never) || !SEVERITIES.includes(severity as never)) throw new Malformed()
  return {
    kind: kind as SummarySuspect['kind'],
    owner: name(owner),
    retainedSize: amount(retainedSize),
    rule: name(rule),
    severity: severity as SummarySuspect['severity'],
    share,
  }
}
