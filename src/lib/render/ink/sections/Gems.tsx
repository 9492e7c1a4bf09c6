// Live objects by the code that allocated them: the app, gems, the standard library.
import type {GemRow} from '../../../analysis/tables/gems.js'
import {formatBytes, formatCount, formatShare} from '../../../units.js'
import {type Column, Table} from '../Table.js'
import {highlight, type SectionProps} from './props.js'

export function Gems({report, width}: SectionProps) {
  return <Table columns={columns} rows={report.gems} width={width} />
}

const columns: ReadonlyArray<Column<GemRow>> = [
  {header: 'Code', minWidth: 16, value: row => row.name},
  {
    dim: true,
    dropOrder: 1,
    header: 'Kind',
    value: row => (row.kind === row.name || row.kind === 'unknown' ? '' : row.kind),
  },
  {
    align: 'right',
    color: row => (row.kind === 'app' || row.kind === 'gem' ? highlight(row.share) : undefined),
    header: 'Shallow',
    value: row => formatBytes(row.aliveMemsize),
  },
  {align: 'right', dim: true, header: 'Share', value: row => formatShare(row.share)},
  {align: 'right', header: 'Objects', value: row => formatCount(row.aliveObjects)},
]
