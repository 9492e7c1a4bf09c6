// The enabled dynos and their processes: what can be dumped now, and what is being traced.
import {Box} from 'ink'
import {flag, herokuCommand, type Target} from '../../command-line.js'
import type {ProcessStatus, Status} from '../../protocol/messages.js'
import {formatBytes, formatCount, formatDuration} from '../../units.js'
import {NextCommands} from './NextCommands.js'
import {type Column, Table} from './Table.js'
import {Text} from './Text.js'

type Row = ProcessStatus & {readonly dyno: string; readonly agent: string; readonly ruby: string}

type Props = {
  readonly agents: readonly Status[]
  readonly title: string
  /** This plugin's version. */
  readonly version: string
  /** Epoch ms, so that a screen is a function of its props. */
  readonly nowMs: number
  readonly target: Target
  readonly width: number
}

function describeTracing(tracing: ProcessStatus['tracing'], nowMs: number): string {
  if (tracing === null) return '–'
  if (tracing.since === null) return 'since boot'
  const left = tracing.until === null ? '' : `, ${formatDuration(Math.max(0, tracing.until - nowMs / 1000))} left`
  return `for ${formatDuration(Math.max(0, nowMs / 1000 - tracing.since))}${left}`
}

function columns(nowMs: number): ReadonlyArray<Column<Row>> {
  return [
    {bold: true, header: 'Dyno', minWidth: 8, value: row => row.dyno},
    {align: 'right', header: 'PID', value: row => String(row.pid)},
    {header: 'Process', minWidth: 14, value: row => row.process},
    {align: 'right', header: 'Memory', value: row => formatBytes(row.rssBytes)},
    {
      align: 'right',
      header: 'Uptime',
      value: row => (row.uptimeSeconds === null ? '–' : formatDuration(row.uptimeSeconds)),
    },
    {align: 'right', dropOrder: 3, header: 'GCs', value: row => formatCount(row.gcCount)},
    {
      color: row => (row.tracing === null ? undefined : 'yellow'),
      header: 'Tracing',
      value: row => describeTracing(row.tracing, nowMs),
    },
    {dropOrder: 2, header: 'Ruby', value: row => row.ruby},
    {dropOrder: 4, header: 'Agent', value: row => row.agent},
  ]
}

export function AgentList({agents, title, version, nowMs, target, width}: Props) {
  const rows = agents.flatMap(({dyno, agent, ruby, processes}) =>
    processes.map(process => ({...process, agent, dyno, ruby})),
  )
  const other = agents.filter(one => one.agent !== version)
  return (
    <Box flexDirection="column">
      <Text bold>=== {title}</Text>
      <Text> </Text>
      <Table columns={columns(nowMs)} rows={rows} width={width} />
      <Text> </Text>
      {agents
        .filter(one => one.busy)
        .map(one => (
          <Text key={one.dyno}> A dump of {one.dyno} is in progress.</Text>
        ))}
      {other.map(one => (
        <Text key={one.dyno} color="yellow">
          {' '}
          {one.dyno} runs agent {one.agent}, this plugin is {version}. Deploy the app, or run heroku plugins:update.
        </Text>
      ))}
      <NextCommands
        commands={[
          herokuCommand('heapdump:trigger', [], [...target, ...(agents[0] ? flag('--dyno', agents[0].dyno) : [])]),
        ]}
        width={width}
      />
    </Box>
  )
}
