// The result of a trigger: the dumps it made, with the ids that other commands take.
import {Box} from 'ink'
import type {DynoProcess} from '../../agent/dump-result.js'
import {herokuCommand, type Target} from '../../command-line.js'
import {formatBytes, formatCount, formatPause} from '../../units.js'
import {Answer} from './Answer.js'
import {NextCommands} from './NextCommands.js'
import {type Column, Table} from './Table.js'
import {Text} from './Text.js'

export type TriggerResultRow = DynoProcess & {readonly dumpId: string | null}

type Props = {
  /** The stored dumps, that of the largest process first; then the processes without one. */
  readonly rows: readonly TriggerResultRow[]
  /** Dynos without a dump, and why. */
  readonly refused: ReadonlyArray<{readonly dyno: string; readonly message: string}>
  readonly verdict: string
  readonly target: Target
  readonly width: number
}

const DYNO: Column<TriggerResultRow> = {header: 'Dyno', minWidth: 6, value: row => row.dyno}

const COLUMNS: ReadonlyArray<Column<TriggerResultRow>> = [
  {bold: true, header: 'ID', value: row => row.dumpId ?? '–'},
  {align: 'right', dropOrder: 1, header: 'PID', value: row => String(row.pid)},
  {header: 'Process', minWidth: 8, value: row => row.process},
  {align: 'right', header: 'Memory', value: row => formatBytes(row.rssBytes)},
  {align: 'right', header: 'Objects', value: row => formatCount(row.objects)},
  {align: 'right', dropOrder: 2, header: 'Size', value: row => formatBytes(row.bytes)},
  {align: 'right', header: 'Stored', value: row => formatBytes(row.storedBytes)},
  {align: 'right', header: 'Pause', value: row => formatPause(row.stallMs)},
]

export function TriggerResult({rows, refused, verdict, target, width}: Props) {
  const finished = rows.filter(row => row.state === 'finished')
  const [largest] = finished
  const failed = rows.filter(row => row.state !== 'finished')
  const columns =
    new Set(rows.map(row => row.dyno)).size > 1 ? [...COLUMNS.slice(0, 1), DYNO, ...COLUMNS.slice(1)] : COLUMNS
  return (
    <Box flexDirection="column">
      {finished.length > 0 ? (
        <Box flexDirection="column">
          <Answer sentences={[verdict]} width={width} />
          <Text> </Text>
          <Table columns={columns} rows={finished} width={width} />
          <Text> </Text>
        </Box>
      ) : null}
      {failed.map(row => (
        <Text key={`${row.dyno} ${row.pid}`} color="red">
          {' '}
          {row.dyno} pid {row.pid} ({row.process}): {row.error?.message ?? 'no dump'}
        </Text>
      ))}
      {refused.map(({dyno, message}) => (
        <Text key={dyno} color="red">
          {' '}
          {dyno}: {message}
        </Text>
      ))}
      {largest === undefined ? null : (
        <NextCommands
          commands={[herokuCommand('heapdump:analyze', [largest.dumpId ?? 'latest'], target)]}
          width={width}
        />
      )}
    </Box>
  )
}
