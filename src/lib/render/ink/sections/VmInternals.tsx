// What the Ruby VM keeps for itself: the cost of loaded code.
import {Box} from 'ink'
import type {VmInternals as Report} from '../../../analysis/tables/vm-internals.js'
import {formatBytes, formatCount} from '../../../units.js'
import {Section} from '../Section.js'
import {type Column, Table} from '../Table.js'
import type {SectionProps} from './props.js'
import {Text} from '../Text.js'

export function VmInternals({report, width}: SectionProps) {
  const {kinds, code, shapes, tooComplexObjects, memsize} = report.vm
  return (
    <Box flexDirection="column">
      <Table columns={kindColumns} rows={kinds} width={width} />
      <Text dimColor>
        {' '}
        {formatBytes(memsize)} in total
        {shapes > 0
          ? `; ${formatCount(shapes)} shapes, ${formatCount(tooComplexObjects)} objects too complex for a shape`
          : ''}
      </Text>
      {code.length > 0 ? (
        <Section title="Compiled code by gem">
          <Table columns={codeColumns} rows={code} width={width} />
        </Section>
      ) : null}
    </Box>
  )
}

const kindColumns: ReadonlyArray<Column<Report['kinds'][number]>> = [
  {header: 'Kind', minWidth: 16, value: row => row.label},
  {dim: true, header: 'In the dump', value: row => row.kind},
  {align: 'right', header: 'Shallow', value: row => formatBytes(row.memsize)},
  {align: 'right', header: 'Objects', value: row => formatCount(row.objects)},
  {align: 'right', dim: true, dropOrder: 1, header: 'Average', value: row => formatBytes(row.memsize / row.objects)},
]

const codeColumns: ReadonlyArray<Column<Report['code'][number]>> = [
  {header: 'Code', minWidth: 16, value: row => row.name},
  {align: 'right', header: 'Shallow', value: row => formatBytes(row.memsize)},
  {align: 'right', header: 'Objects', value: row => formatCount(row.objects)},
]
