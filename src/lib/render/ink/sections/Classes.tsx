// What kinds of objects there are: by themselves, and with what they keep alive.
import {Box} from 'ink'
import type {ClassRow} from '../../../analysis/classes.js'
import {formatBytes, formatCount, formatShare} from '../../../units.js'
import {type Column, Table} from '../Table.js'
import {highlight, type SectionProps} from './props.js'
import {TracerNote} from './TracerNote.js'

export function Classes({report, width}: SectionProps) {
  return (
    <Box flexDirection="column">
      <Table columns={columns} rows={report.classes} width={width} />
      <TracerNote rows={report.classes} totals={report.totals} />
    </Box>
  )
}

const columns: ReadonlyArray<Column<ClassRow>> = [
  {header: 'Class', minWidth: 20, value: row => row.name},
  {align: 'right', header: 'Retained', value: row => formatBytes(row.retainedSize)},
  {align: 'right', color: row => highlight(row.share), header: 'Memory', value: row => formatBytes(row.memsize)},
  {align: 'right', dim: true, header: 'Share', value: row => formatShare(row.share)},
  {align: 'right', header: 'Objects', value: row => formatCount(row.objects)},
  {align: 'right', dim: true, dropOrder: 1, header: 'Each', value: row => formatBytes(row.memsize / row.objects)},
]
