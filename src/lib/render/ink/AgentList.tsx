// The enabled dynos: how full each is, then its processes, their memory and its history, and what is being traced.
import {Box} from 'ink'
import {type CommandLine, flag, herokuCommand, type Target} from '../../command-line.js'
import {capitalized} from '../../units.js'
import type {AgentReport} from '../agent-report.js'
import {AgentTable} from './AgentTable.js'
import {memoryOfDyno} from '../dyno-memory.js'
import {describeOlder} from '../older-dyno.js'
import {NextCommands} from './NextCommands.js'
import {Paragraph} from './Paragraph.js'
import {Text} from './Text.js'

type Props = {
  readonly agents: readonly AgentReport[]
  readonly title: string
  /** This plugin's version. */
  readonly version: string
  /** Epoch ms, so that a screen is a function of its props. */
  readonly nowMs: number
  readonly target: Target
  readonly width: number
}

export function AgentList({agents, title, version, nowMs, target, width}: Props) {
  return (
    <Box flexDirection="column">
      <Text bold>=== {title}</Text>
      <AgentNotes agents={agents} nowMs={nowMs} version={version} width={width} />
      <Text> </Text>
      <AgentTable agents={agents} nowMs={nowMs} width={width} />
      <Text> </Text>
      <NextCommands commands={[nextOf(agents, target)]} width={width} />
    </Box>
  )
}

/** A dump ends the tracing, and names the lines. Without tracing, a diagnosis finds out more; it looks at every dyno. */
function nextOf(agents: readonly AgentReport[], target: Target): CommandLine {
  const traced = agents.find(({processes}) => processes.some(({tracing}) => tracing !== null))
  if (traced !== undefined) return herokuCommand('heapdump:trigger', [], [...flag('--dyno', traced.dyno), ...target])
  const [only, ...others] = agents
  const dyno = only === undefined || others.length > 0 ? [] : flag('--dyno', only.dyno)
  return herokuCommand('heapdump:diagnose', [], [...dyno, ...target])
}

type NotesProps = Pick<Props, 'agents' | 'nowMs' | 'version' | 'width'>

/** One line or two for each dyno: its memory, and what is unusual. */
export function AgentNotes({agents, nowMs, version, width}: NotesProps) {
  return (
    <Box flexDirection="column">
      {agents.map(agent => (
        <Paragraph
          key={agent.dyno}
          marker=" "
          {...(memoryOfDyno(agent).isAlarming ? {color: 'yellow'} : {})}
          width={width}
        >
          {memoryOfDyno(agent).text}
        </Paragraph>
      ))}
      {agents
        .filter(one => one.busy)
        .map(one => (
          <Text key={one.dyno}> A dump of {one.dyno} is in progress.</Text>
        ))}
      {agents.flatMap(({dyno, older}) =>
        older.map((one, at) => (
          <Paragraph key={`${dyno} ${at}`} color="yellow" marker=" " width={width}>
            {`${capitalized(describeOlder({...one, dyno}, nowMs))} is still connected. The table shows the newer one.`}
          </Paragraph>
        )),
      )}
      {agents
        .filter(one => one.agent !== version)
        .map(one => (
          <Paragraph key={one.dyno} color="yellow" marker=" " width={width}>
            {`${one.dyno} runs agent ${one.agent}, this plugin is ${version}. Deploy the app, or run heroku plugins:update.`}
          </Paragraph>
        ))}
    </Box>
  )
}
