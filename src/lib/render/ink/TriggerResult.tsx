// The result of a trigger: the dumps it made, with the ids that other commands take.
import {Box} from 'ink'
import {herokuCommand, type Target} from '../../command-line.js'
import type {ProcessDump} from '../../agent/dump-state.js'
import {formatBytes, formatCount} from '../../units.js'
import {formatPause} from '../trigger-lines.js'
import {NextCommands} from './NextCommands.js'
import {type Column, Table} from './Table.js'
import {Text} from './Text.js'

export type TriggerResultRow = ProcessDump & {readonly dumpId: string | null}

type Props = {
  readonly rows: readonly TriggerResultRow[]
  readonly dyno: string
  readonly seconds: number
  readonly target: Target
  readonly width: number
}

const COLUMNS: ReadonlyArray<Column<TriggerResultRow>> = [
  {bold: true, header: 'ID', value: row => row.dumpId ?? '–'},
  {align: 'right', header: 'PID', value: row => String(row.pid)},
  {header: 'Process', minWidth: 8, value: row => row.process},
  {align: 'right', header: 'Objects', value: row => formatCount(row.objects)},
  {align: 'right', header: 'Size', value: row => formatBytes(row.bytes)},
  {align: 'right', header: 'Stored', value: row => formatBytes(row.storedBytes)},
  {align: 'right', header: 'Pause', value: row => formatPause(row.stallMs)},
]

export function TriggerResult({rows, dyno, seconds, target, width}: Props) {
  const finished = rows.filter(row => row.state === 'finished')
  const [first] = finished
  const failed = rows.filter(row => row.state !== 'finished')
  const longest = Math.max(0, ...finished.map(row => row.stallMs ?? 0))
  const dumps = finished.length === 1 ? '1 dump' : `${finished.length} dumps`
  return (
    <Box flexDirection="column">
      {finished.length > 0 ? (
        <Box flexDirection="column">
          <Text>
            {' '}
            Done: {dumps} of {dyno} in {Math.round(seconds)} s, longest pause {formatPause(longest)}.
          </Text>
          <Text> </Text>
          <Table columns={COLUMNS} rows={finished} width={width} />
          <Text> </Text>
        </Box>
      ) : null}
      {failed.map(row => (
        <Text key={row.pid} color="red">
          {' '}
          pid {row.pid} ({row.process}): {row.error?.message ?? 'no dump'}
        </Text>
      ))}
      {first === undefined ? null : (
        <NextCommands
          commands={[herokuCommand('heapdump:analyze', [first.dumpId ?? 'latest'], target)]}
          width={width}
        />
      )}
    </Box>
  )
}
