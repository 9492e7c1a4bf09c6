// Threads and fibers, with what only their stacks and variables keep alive.
import type {ThreadRow} from '../../../analysis/objects/threads.js'
import {formatBytes, formatCount} from '../../../units.js'
import {shortenLeft} from '../../text-width.js'
import {formatSite} from '../../site-label.js'
import {type Column, Table} from '../Table.js'
import type {SectionProps} from './props.js'
import {Text} from '../Text.js'

export function Threads({report, width}: SectionProps) {
  if (report.threads.length === 0) return <Text>{'   none in this dump'}</Text>
  return <Table columns={columns} rows={report.threads} width={width} />
}

function held({holds}: ThreadRow): string {
  return holds.map(({objects, label}) => (objects === 1 ? label : `${formatCount(objects)} × ${label}`)).join(' · ')
}

const columns: ReadonlyArray<Column<ThreadRow>> = [
  {header: 'Thread', minWidth: 8, value: row => (row.kind === 'fiber' ? `${row.label} (fiber)` : row.label)},
  {dim: true, header: 'Address', value: row => row.address},
  {align: 'right', header: 'Retained', value: row => formatBytes(row.retainedSize - row.reservedBytes)},
  {align: 'right', dim: true, dropOrder: 2, header: 'References', value: row => formatCount(row.references)},
  {header: 'Retains', minWidth: 24, value: held},
  {
    dim: true,
    dropOrder: 1,
    header: 'Started at',
    minWidth: 16,
    shorten: shortenLeft,
    value: ({site}) => (site === null ? '' : formatSite(site.file, site.line)),
  },
]
