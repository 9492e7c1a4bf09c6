// The processes of the enabled dynos, one a row.
import {memoryInFewWords} from '../../analysis/history/history-in-words.js'
import {growsNow} from '../dyno-memory.js'
import type {ProcessStatus} from '../../protocol/messages.js'
import {formatBytes, formatCount, formatDuration} from '../../units.js'
import type {AgentReport} from '../agent-report.js'
import {sparklineOfMemory} from '../sparkline.js'
import {type Column, Table} from './Table.js'

type Row = AgentReport['processes'][number] & Pick<AgentReport, 'agent' | 'dyno' | 'ruby'>

type Props = {
  readonly agents: readonly AgentReport[]
  /** Epoch ms, so that a screen is a function of its props. */
  readonly nowMs: number
  readonly width: number
}

const WIDE = 110
const SPARKLINE_WIDTH = 12
const WIDE_SPARKLINE_WIDTH = 24

export function AgentTable({agents, nowMs, width}: Props) {
  const rows = agents.flatMap(({dyno, agent, ruby, processes}) =>
    processes.map(process => ({...process, agent, dyno, ruby})),
  )
  return <Table columns={columnsFor(rows, nowMs, width)} rows={rows} width={width} />
}

function columnsFor(rows: readonly Row[], nowMs: number, width: number): ReadonlyArray<Column<Row>> {
  const columns: ReadonlyArray<Column<Row> | false> = [
    {bold: true, header: 'Dyno', minWidth: 8, value: row => row.dyno},
    {align: 'right', header: 'PID', value: row => String(row.pid)},
    {header: 'Process', minWidth: 13, value: row => row.process},
    {align: 'right', header: 'Memory', value: row => formatBytes(row.rssBytes)},
    {
      align: 'right',
      dropOrder: 5,
      header: 'Uptime',
      value: row => (row.uptimeSeconds === null ? '–' : formatDuration(roughly(row.uptimeSeconds))),
    },
    rows.some(row => row.history !== null) && {
      dropOrder: 1,
      header: 'History',
      value: row =>
        row.history === null
          ? ''
          : sparklineOfMemory(row.history, width < WIDE ? SPARKLINE_WIDTH : WIDE_SPARKLINE_WIDTH),
    },
    rows.some(row => row.history !== null) && {
      color: row => (growsNow(row.history) ? 'yellow' : undefined),
      header: 'Trend',
      value: row => (row.history === null ? '–' : memoryInFewWords(row.history)),
    },
    rows.some(row => row.tracing !== null) && {
      color: row => (row.tracing === null ? undefined : 'yellow'),
      header: 'Tracing',
      value: row => describeTracing(row.tracing, nowMs),
    },
    {align: 'right', dropOrder: 6, header: 'GCs', value: row => formatCount(row.gcCount)},
    {dropOrder: 7, header: 'Ruby', value: row => row.ruby},
    {dropOrder: 8, header: 'Agent', value: row => row.agent},
  ]
  return columns.filter(column => column !== false)
}

function describeTracing(tracing: ProcessStatus['tracing'], nowMs: number): string {
  if (tracing === null) return '–'
  if (tracing.since === null) return 'since boot'
  const left = tracing.until === null ? '' : `, ${formatDuration(Math.max(0, tracing.until - nowMs / 1000))} left`
  return `for ${formatDuration(Math.max(0, nowMs / 1000 - tracing.since))}${left}`
}

function roughly(seconds: number): number {
  return seconds < 600 ? seconds : Math.round(seconds / 60) * 60
}
