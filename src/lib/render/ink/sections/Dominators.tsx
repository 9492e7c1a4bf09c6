// Single objects by retained size.
import type {Dominator} from '../../../analysis/tables/dominators.js'
import {formatBytes, formatCount} from '../../../units.js'
import {type Column, Table} from '../Table.js'
import type {SectionProps} from './props.js'

export function Dominators({report, width}: SectionProps) {
  // The retained sizes of the allocation tracer and the agent are not counted.
  const rows = report.dominators.filter(({aliveRetainedSize}) => aliveRetainedSize > 0)
  return <Table columns={columns} rows={rows} width={width} />
}

const columns: ReadonlyArray<Column<Dominator>> = [
  {header: 'Object', minWidth: 20, value: row => row.label},
  {dim: true, header: 'Address', value: row => row.address},
  {align: 'right', header: 'Retained', value: row => formatBytes(row.aliveRetainedSize)},
  {align: 'right', header: 'Objects', value: row => formatCount(row.retainedObjects)},
  {
    align: 'right',
    dim: true,
    dropOrder: 2,
    header: 'Shallow',
    value: row => formatBytes(Math.min(row.memsize, row.aliveRetainedSize)),
  },
  {dim: true, dropOrder: 1, header: 'Dominator', value: row => row.dominator},
]
