// What each process gave back.
import {Box} from 'ink'
import {flag, herokuCommand, type Target} from '../../command-line.js'
import type {TrimmedProcess} from '../../protocol/messages.js'
import {formatBytes} from '../../units.js'
import {formatPause} from '../trigger-lines.js'
import {NextCommands} from './NextCommands.js'
import {type Column, Table} from './Table.js'
import {Text} from './Text.js'

type Props = {
  readonly dyno: string
  readonly processes: readonly TrimmedProcess[]
  /** Why some were not trimmed. */
  readonly notes: readonly string[]
  readonly target: Target
  readonly width: number
}

/** Never negative: the app may have grown meanwhile. */
function returned({afterBytes, beforeBytes}: TrimmedProcess): number {
  return Math.max(0, (beforeBytes ?? 0) - (afterBytes ?? 0))
}

const COLUMNS: ReadonlyArray<Column<TrimmedProcess>> = [
  {align: 'right', header: 'PID', value: row => String(row.pid)},
  {bold: true, header: 'Process', minWidth: 14, value: row => row.process},
  {align: 'right', header: 'Before', value: row => formatBytes(row.beforeBytes)},
  {align: 'right', header: 'After', value: row => formatBytes(row.afterBytes)},
  {align: 'right', header: 'Returned', value: row => formatBytes(returned(row))},
  {align: 'right', header: 'Pause', value: row => formatPause(row.stallMs)},
]

export function TrimScreen({dyno, notes, processes, target, width}: Props) {
  const trimmed = processes.filter(one => one.refused === null)
  const bytes = trimmed.reduce((sum, one) => sum + returned(one), 0)
  const onDyno = flag('--dyno', dyno)
  return (
    <Box flexDirection="column">
      <Text bold>
        === {formatBytes(bytes)} returned to {dyno}
      </Text>
      <Text> </Text>
      <Table columns={COLUMNS} rows={trimmed} width={width} />
      <Text> </Text>
      {notes.map(note => (
        <Text key={note} color="yellow">
          {' '}
          {note}
        </Text>
      ))}
      <NextCommands commands={[herokuCommand('heapdump:trigger', [], [...target, ...onDyno])]} width={width} />
    </Box>
  )
}
