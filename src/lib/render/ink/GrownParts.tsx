// The memory of a process by part, from its first dump to its last: what changed most comes first.
import {type GroupBytes, PART_GROUPS, type PartGroup} from '../../analysis/tables/part-groups.js'
import {formatBytes, formatSigned} from '../../units.js'
import {GROUP_WORDS} from '../part-words.js'
import {sparkline} from '../sparkline.js'
import {Section} from './Section.js'
import {type Column, Table} from './Table.js'

type Row = {readonly group: PartGroup; readonly bytes: readonly number[]; readonly change: number}

/** Changes that no one needs to see. */
const LEAST_BYTES = 100_000
/** From this many dumps on, their course is drawn. */
const COURSE = 3

type Props = {
  /** Oldest first. Shown only if all are known. */
  readonly dumps: ReadonlyArray<{readonly parts: GroupBytes | null}>
  readonly width: number
}

export function GrownParts({dumps, width}: Props) {
  const known = dumps.flatMap(({parts}) => (parts === null ? [] : [parts]))
  if (known.length < dumps.length || known.length < 2) return null
  const rows = PART_GROUPS.map((group): Row => {
    const bytes = known.map(parts => parts[group])
    return {bytes, change: (bytes.at(-1) ?? 0) - (bytes[0] ?? 0), group}
  })
  const changed = rows
    .filter(({change}) => Math.abs(change) >= LEAST_BYTES)
    .toSorted((a, b) => Math.abs(b.change) - Math.abs(a.change))
  if (changed.length === 0) return null
  const change = changed.reduce((sum, row) => sum + row.change, 0)
  return (
    <Section note={`${formatSigned(change)} resident`} title="Process memory by part">
      <Table columns={columnsOf(known.length)} rows={changed} width={width} />
    </Section>
  )
}

function columnsOf(dumps: number): ReadonlyArray<Column<Row>> {
  return [
    {header: 'Part', minWidth: 20, value: ({group}) => GROUP_WORDS[group].name},
    ...(dumps < COURSE ? [] : [{header: 'Trend', value: ({bytes}: Row) => sparkline(bytes)}]),
    {align: 'right', header: 'First', value: ({bytes}) => formatBytes(bytes[0] ?? null)},
    {align: 'right', header: 'Last', value: ({bytes}) => formatBytes(bytes.at(-1) ?? null)},
    {align: 'right', bold: true, header: 'Change', value: ({change}) => formatSigned(change)},
  ]
}
