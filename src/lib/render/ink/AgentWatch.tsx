// The agents' answers as a live screen: the same table as heapdump:status, and what is unusual below it.
import {Box, useInput} from 'ink'
import {formatDuration} from '../../units.js'
import type {AgentReport} from '../agent-report.js'
import type {ScreenSize} from '../full-screen.js'
import {AgentNotes} from './AgentList.js'
import {AgentTable} from './AgentTable.js'
import {Text} from './Text.js'

export type WatchState = {
  /** The last answers; null: none yet. */
  readonly agents: readonly AgentReport[] | null
  /** Epoch ms of the last answers. */
  readonly answeredAtMs: number
  /** Why there are no newer answers; null: there are. */
  readonly problem: string | null
}

type Props = ScreenSize &
  WatchState & {
    readonly title: string
    readonly version: string
    readonly nowMs: number
    readonly onQuit: () => void
  }

/** Title, two blank lines, the table's header, the line of keys. */
const FRAME = 5

export function AgentWatch({agents, answeredAtMs, height, nowMs, onQuit, problem, title, version, width}: Props) {
  useInput((input, key) => {
    if (input === 'q' || key.escape || (key.ctrl && input === 'c')) onQuit()
  })
  const notes = Math.max(1, Math.min(height >> 1, (agents ?? []).length + 2))
  const [shown, hidden] = fitting(agents ?? [], height - FRAME - notes)
  return (
    <Box flexDirection="column" height={height} width={width}>
      <Box flexShrink={0} justifyContent="space-between">
        <Text bold wrap="truncate">
          {title}
        </Text>
        <Box flexShrink={0}>
          <Text dimColor>
            {'  '}
            {agents === null ? '' : `answered ${formatDuration(Math.max(0, nowMs - answeredAtMs) / 1000)} ago`}
          </Text>
        </Box>
      </Box>
      <Text> </Text>
      {agents === null ? <Text> Asking the agents …</Text> : null}
      {agents === null ? null : (
        <Box flexDirection="column" flexShrink={0}>
          <AgentTable agents={shown} nowMs={nowMs} width={width} />
          {hidden === 0 ? null : <Text dimColor> {hidden} more: enlarge the window</Text>}
          <Text> </Text>
        </Box>
      )}
      <Box flexDirection="column" flexGrow={1} flexShrink={1} overflow="hidden">
        <AgentNotes agents={agents ?? []} nowMs={nowMs} version={version} width={width - 1} />
        {problem === null ? null : <Text color="yellow"> {problem}</Text>}
      </Box>
      <Box flexShrink={0}>
        <Text dimColor>q quit</Text>
      </Box>
    </Box>
  )
}

/** The agents with at most `rows` processes in all, and how many processes are left out. */
function fitting(agents: readonly AgentReport[], rows: number): readonly [readonly AgentReport[], number] {
  const total = agents.reduce((sum, {processes}) => sum + processes.length, 0)
  let left = total > rows ? Math.max(1, rows - 1) : total
  const shown = agents.map(agent => {
    const processes = agent.processes.slice(0, left)
    left -= processes.length
    return {...agent, processes}
  })
  return [shown, total - shown.reduce((sum, {processes}) => sum + processes.length, 0)]
}
