// The totals of a heap, and its objects by type.
import {Box} from 'ink'
import type {TypeRow} from '../../../analysis/tables/object-types.js'
import {formatBytes, formatCount, formatObjects, formatShare} from '../../../units.js'
import {type Column, Table} from '../Table.js'
import type {SectionProps} from './props.js'
import {Text} from '../Text.js'

export function Totals({report, width}: SectionProps) {
  const {
    objects,
    memsize,
    references,
    reachableObjects,
    garbageMemsize,
    aliveObjects,
    aliveMemsize,
    agentMemsize,
    tracerMemsize,
  } = report.totals
  const others = memsize - aliveMemsize - garbageMemsize
  const lines: ReadonlyArray<readonly [string, string]> = [
    [formatBytes(memsize), `in ${formatObjects(objects)} with ${formatCount(references)} references`],
    [formatBytes(aliveMemsize), `alive, ${formatObjects(aliveObjects)}; shares are of this`],
    [formatBytes(others), aside(tracerMemsize, agentMemsize)],
    [formatBytes(garbageMemsize), `garbage, not yet collected, ${formatObjects(objects - reachableObjects)}`],
  ]
  const whole = report.types.reduce((sum, row) => sum + row.memsize, 0)
  return (
    <Box flexDirection="column">
      {lines.map(([number, words]) => (
        <Text key={words} wrap="truncate">
          {' '}
          <Text bold>{number.padStart(9)}</Text> {words}
        </Text>
      ))}
      <Text> </Text>
      <Table columns={columns(whole)} rows={report.types} width={width} />
    </Box>
  )
}

/** Memory that is not the app's. */
function aside(tracer: number, agent: number): string {
  const parts = [
    tracer > 0 ? `tracer ${formatBytes(tracer)}` : null,
    agent > 0 ? `agent ${formatBytes(agent)}` : null,
    'thread stacks',
  ]
  return `not the app's: ${parts.filter(part => part !== null).join(', ')}`
}

function columns(whole: number): ReadonlyArray<Column<TypeRow>> {
  return [
    {header: 'Type', minWidth: 10, value: row => row.type},
    {align: 'right', header: 'Shallow', value: row => formatBytes(row.memsize)},
    {align: 'right', dim: true, header: 'Share', value: row => formatShare(row.memsize / Math.max(1, whole))},
    {align: 'right', header: 'Objects', value: row => formatCount(row.objects)},
    {align: 'right', dim: true, header: 'Average', value: row => formatBytes(row.memsize / row.objects)},
  ]
}
