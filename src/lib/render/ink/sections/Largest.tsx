// Single objects by shallow size.
import type {ObjectRow} from '../../../analysis/objects/object-rows.js'
import {formatBytes} from '../../../units.js'
import {shortenLeft} from '../../text-width.js'
import {formatSite} from '../../site-label.js'
import {type Column, Table} from '../Table.js'
import type {SectionProps} from './props.js'

export function Largest({report, width}: SectionProps) {
  return <Table columns={columns} rows={report.largest} width={width} />
}

const columns: ReadonlyArray<Column<ObjectRow>> = [
  {header: 'Object', minWidth: 20, value: row => row.label},
  {dim: true, header: 'Address', value: row => row.address},
  {align: 'right', header: 'Shallow', value: row => formatBytes(row.memsize)},
  {align: 'right', dim: true, header: 'Retained', value: row => formatBytes(row.retainedSize)},
  {
    dim: true,
    dropOrder: 1,
    header: 'Allocation site',
    minWidth: 16,
    shorten: shortenLeft,
    value: ({site}) => (site === null ? '' : formatSite(site.file, site.line)),
  },
]
