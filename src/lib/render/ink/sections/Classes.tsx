// Live objects by class, with the retained size of all instances together.
import type {ClassRow} from '../../../analysis/tables/classes.js'
import {formatBytes, formatCount, formatShare} from '../../../units.js'
import {type Column, Table} from '../Table.js'
import {highlight, type SectionProps} from './props.js'

export function Classes({report, width}: SectionProps) {
  return <Table columns={columns} rows={report.classes} width={width} />
}

const columns: ReadonlyArray<Column<ClassRow>> = [
  {header: 'Class', minWidth: 20, value: row => row.name},
  {align: 'right', header: 'Retained', value: row => formatBytes(row.aliveRetainedSize)},
  {align: 'right', color: row => highlight(row.share), header: 'Shallow', value: row => formatBytes(row.aliveMemsize)},
  {align: 'right', dim: true, header: 'Share', value: row => formatShare(row.share)},
  {align: 'right', header: 'Objects', value: row => formatCount(row.aliveObjects)},
  {
    align: 'right',
    dim: true,
    dropOrder: 1,
    header: 'Average',
    value: row => formatBytes(row.aliveMemsize / Math.max(1, row.aliveObjects)),
  },
]
