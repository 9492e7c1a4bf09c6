// Live objects by class, with the retained size of all instances together: first the classes of the app and its gems,
// which one can change, then Ruby's own, then what Ruby keeps for itself, with a word on what that is.
import {Box} from 'ink'
import {type ClassRow, isInternal} from '../../../analysis/tables/classes.js'
import {formatBytes, formatCount, formatShare} from '../../../units.js'
import {internalsInWords} from '../../internal-words.js'
import {Section} from '../Section.js'
import {type Column, Table} from '../Table.js'
import {highlight, type SectionProps} from './props.js'

export function Classes({report, width}: SectionProps) {
  const own = report.classes.filter(({origin}) => origin !== 'core')
  const core = report.classes.filter(row => row.origin === 'core' && !isInternal(row))
  const internal = report.classes.filter(row => isInternal(row))
  return (
    <Box flexDirection="column">
      {own.length > 0 ? <Table columns={columns} rows={own} width={width} /> : null}
      {core.length > 0 ? (
        <Section note={own.length > 0 ? 'held by the classes above, or by Ruby' : undefined} title="Ruby's own classes">
          <Table columns={columns} rows={core} width={width} />
        </Section>
      ) : null}
      {internal.length > 0 ? (
        <Section note="--section vm has more" title="Internal to Ruby">
          <Table columns={internalColumns} rows={internal} width={width} />
        </Section>
      ) : null}
    </Box>
  )
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

const internalColumns: ReadonlyArray<Column<ClassRow>> = [
  {header: 'What it is', minWidth: 20, value: row => internalsInWords(row.name)},
  {dim: true, header: 'In the dump', minWidth: 12, value: row => row.name.slice(1, -1)},
  {align: 'right', header: 'Shallow', value: row => formatBytes(row.aliveMemsize)},
  {align: 'right', dim: true, header: 'Share', value: row => formatShare(row.share)},
  {align: 'right', header: 'Objects', value: row => formatCount(row.aliveObjects)},
]
