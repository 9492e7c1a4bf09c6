// What each process gave back.
import {Box} from 'ink'
import {flag, herokuCommand, type Target} from '../../command-line.js'
import type {TrimmedProcess} from '../../protocol/messages.js'
import {returnedBytes} from '../../agent/trim.js'
import {formatBytes, formatPause} from '../../units.js'
import {NextCommands} from './NextCommands.js'
import {type Column, Table} from './Table.js'
import {Text} from './Text.js'

type Props = {
  /** Its title. */
  readonly verdict: string
  readonly dyno: string
  readonly processes: readonly TrimmedProcess[]
  /** Why some were not trimmed. */
  readonly notes: readonly string[]
  readonly target: Target
  readonly width: number
}

const COLUMNS: ReadonlyArray<Column<TrimmedProcess>> = [
  {align: 'right', header: 'PID', value: row => String(row.pid)},
  {bold: true, header: 'Process', minWidth: 14, value: row => row.process},
  {align: 'right', header: 'Before', value: row => formatBytes(row.beforeBytes)},
  {align: 'right', header: 'After', value: row => formatBytes(row.afterBytes)},
  {align: 'right', header: 'Returned', value: row => formatBytes(returnedBytes(row))},
  {align: 'right', header: 'Pause', value: row => formatPause(row.stallMs)},
]

export function TrimScreen({dyno, notes, processes, verdict, target, width}: Props) {
  const trimmed = processes.filter(one => one.refused === null)
  const onDyno = flag('--dyno', dyno)
  return (
    <Box flexDirection="column">
      <Text bold>=== {verdict.replace(/\.$/, '')}</Text>
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
