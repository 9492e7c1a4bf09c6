// A running dump on a terminal: one row per process, with a bar for the bytes written.
import {Box} from 'ink'
import type {DumpState, ProcessDump} from '../../agent/dump-state.js'
import {formatBytes, formatDuration} from '../../units.js'
import {formatPause} from '../trigger-lines.js'
import {type Column, Table} from './Table.js'
import {Text} from './Text.js'

type Props = {
  readonly state: DumpState
  readonly dyno: string
  readonly app: string | null
  /** Epoch ms, so that a frame is a function of its props. */
  readonly nowMs: number
  readonly width: number
}

const BAR_WIDTH = 20
/** Used below WIDE, so that the other columns fit. */
const NARROW_BAR_WIDTH = 10
const WIDE = 92

const STATE_WORDS: Record<ProcessDump['state'], string> = {
  dumping: 'dumping',
  failed: 'failed',
  finished: 'stored',
  uploading: 'uploading',
  waiting: 'waiting for its turn',
}

/** The size of a dump is unknown until its end; it is estimated by the size of the process. */
function bar(process: ProcessDump, width: number): string {
  if (process.state === 'waiting' || process.state === 'failed') return ''
  const expected = process.rssBytes ?? 0
  const share = process.state === 'finished' ? 1 : Math.min(0.95, expected > 0 ? (process.bytes ?? 0) / expected : 0)
  const filled = Math.round(share * width)
  return '█'.repeat(filled) + '░'.repeat(width - filled)
}

function headline(state: DumpState, dyno: string, where: string, nowMs: number): string {
  if (!state.accepted) return `Asking ${dyno}${where} …`
  if (state.tracingUntilMs !== null) {
    const left = Math.max(0, (state.tracingUntilMs - nowMs) / 1000)
    return `Tracing ${dyno}${where} … ${formatDuration(left)} left`
  }

  return `Dumping ${dyno}${where}`
}

export function TriggerProgress({state, dyno, app, nowMs, width}: Props) {
  const isTracing = state.tracingUntilMs !== null
  const columns: ReadonlyArray<Column<ProcessDump>> = [
    {align: 'right', header: 'PID', value: row => String(row.pid)},
    {header: 'Process', minWidth: 8, value: row => row.process},
    {align: 'right', header: 'Memory', value: row => formatBytes(row.rssBytes)},
    {align: 'right', header: 'Pause', value: row => formatPause(row.stallMs)},
    {dropOrder: 1, header: 'Dump', value: row => bar(row, width < WIDE ? NARROW_BAR_WIDTH : BAR_WIDTH)},
    {align: 'right', header: '', value: row => (row.bytes === null ? '' : formatBytes(row.bytes))},
    {
      color: row => ({failed: 'red', finished: 'green'})[row.state as string],
      header: ' ',
      minWidth: 8,
      value: row => (isTracing && row.state === 'waiting' ? 'tracing' : STATE_WORDS[row.state]),
    },
  ]
  return (
    <Box flexDirection="column">
      <Box justifyContent="space-between" marginLeft={1} width={width - 1}>
        <Text wrap="truncate">{headline(state, dyno, app === null ? '' : ` on ⬢ ${app}`, nowMs)}</Text>
        <Box flexShrink={0}>
          <Text dimColor> Ctrl-C stops watching, not the dump</Text>
        </Box>
      </Box>
      {state.processes.length > 0 ? <Table columns={columns} rows={state.processes} width={width} /> : null}
    </Box>
  )
}
