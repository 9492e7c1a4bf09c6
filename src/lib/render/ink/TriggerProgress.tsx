// Running dumps on a terminal: one row per process, with the share of its objects that is written.
import {Box} from 'ink'
import {type DynoProcess, processesOf} from '../../agent/dump-result.js'
import {type DumpState, shareWritten} from '../../agent/dump-state.js'
import {formatBytes, formatDuration, formatPause, formatShortCount} from '../../units.js'
import {describeStored} from '../trigger-lines.js'
import {type Column, Table} from './Table.js'
import {Text} from './Text.js'

type Props = {
  /** Of the dynos asked so far. */
  readonly states: readonly DumpState[]
  /** All dynos to be dumped; empty: not known yet. */
  readonly dynos: readonly string[]
  /** What is asked: `web.1`, `web`. */
  readonly named: string
  readonly app: string | null
  /** Epoch ms, so that a frame is a function of its props. */
  readonly nowMs: number
  readonly startedAtMs: number
  /** The last frame, which stays on the screen. */
  readonly isOver: boolean
  readonly width: number
}

const BAR_WIDTH = 12
/** A narrower terminal has no column for pids, whatever the rows say now: columns must not come and go. */
const WIDE = 100

const COLORS: Partial<Record<DynoProcess['state'], string>> = {failed: 'red', finished: 'green'}

export function TriggerProgress({states, dynos, named, app, nowMs, startedAtMs, isOver, width}: Props) {
  const rows = processesOf(states)
  const current = states.findLast(state => !state.done) ?? states.at(-1)
  const isTracing = (row: DynoProcess) => row.dyno === current?.dyno && current.tracingUntilMs !== null
  const columns: ReadonlyArray<Column<DynoProcess>> = [
    ...(states.length > 1 ? [{bold: true, header: 'Dyno', minWidth: 6, value: (row: DynoProcess) => row.dyno}] : []),
    ...(width < WIDE ? [] : [{align: 'right' as const, header: 'PID', value: (row: DynoProcess) => String(row.pid)}]),
    {header: 'Process', minWidth: 13, value: row => row.process},
    {align: 'right', header: 'Memory', value: row => formatBytes(row.rssBytes)},
    {align: 'right', dropOrder: 1, header: 'Pause', value: row => formatPause(row.stallMs)},
    {
      color: row => COLORS[row.state],
      header: 'Progress',
      // A bar with its counts.
      minWidth: 42,
      value: row => describeProgress(row, isTracing(row)),
    },
  ]
  const where = app === null ? '' : ` on ⬢ ${app}`
  const turn = dynos.length > 1 ? ` (${states.length} of ${dynos.length} ${named} dynos)` : ''
  return (
    <Box flexDirection="column">
      <Box justifyContent="space-between" marginLeft={1} width={width - 1}>
        <Text wrap="truncate">{headline(current, `${current?.dyno ?? named}${turn}${where}`, rows, nowMs)}</Text>
        <Box flexShrink={0}>
          <Text> {formatDuration(Math.max(0, (nowMs - startedAtMs) / 1000))}</Text>
        </Box>
      </Box>
      {rows.length > 0 ? <Table columns={columns} rows={rows} width={width} /> : null}
      {rows.some(row => row.attempts > 1 && row.state !== 'finished') ? (
        <Text dimColor> The dyno is busy: a dump that only used idle time was started again.</Text>
      ) : null}
      {states.flatMap(({dyno, refused}) =>
        refused === null || states.length === 1
          ? []
          : [
              <Text key={dyno} color="red" wrap="truncate">
                {' '}
                {dyno}: {refused.message}
              </Text>,
            ],
      )}
      {isOver ? null : <Text dimColor> Ctrl-C stops watching, not the dump.</Text>}
    </Box>
  )
}

function headline(state: DumpState | undefined, what: string, rows: readonly DynoProcess[], nowMs: number): string {
  if (!state?.accepted) return `Asking ${what} …`
  if (state.tracingUntilMs !== null) {
    const left = Math.max(0, (state.tracingUntilMs - nowMs) / 1000)
    return `Tracing ${what}: ${formatDuration(left)} left`
  }

  const stored = rows.filter(row => row.state === 'finished').length
  return `Dumping ${what}: ${stored} of ${rows.length} stored`
}

function describeProgress(row: DynoProcess, isTracing: boolean): string {
  switch (row.state) {
    case 'waiting':
      return isTracing ? 'tracing' : 'waiting for its turn'
    case 'failed':
      return row.error?.message ?? 'failed'
    case 'finished':
      return describeStored(row)
    case 'dumping':
    case 'uploading':
      return describeWriting(row)
  }
}

/** `███████░░░░░ 58 %  712k of 1.22M objects`; without a total (an older agent), what is written so far. */
function describeWriting(row: DynoProcess): string {
  const share = shareWritten(row)
  if (share === null) return row.bytes === null ? 'dumping' : `${formatBytes(row.bytes)} written`
  // Rounded down: full only once it is stored.
  const filled = Math.floor(share * BAR_WIDTH)
  const percent = `${Math.floor(share * 100)} %`.padStart(4)
  const counts = `${formatShortCount(row.written ?? 0)} of ${formatShortCount(row.liveSlots)} objects`
  return `${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)} ${percent}  ${counts}`
}
