// Names and values under a title: everything known about one thing.
import {Box} from 'ink'
import type {CommandLine} from '../../command-line.js'
import {NextCommands} from './NextCommands.js'
import {Text} from './Text.js'

export type Fact = readonly [name: string, value: string]

type Props = {
  readonly title: string
  readonly facts: readonly Fact[]
  readonly next: readonly CommandLine[]
  readonly width: number
}

export function FactList({title, facts, next, width}: Props) {
  const nameWidth = Math.max(...facts.map(([name]) => name.length))
  return (
    <Box flexDirection="column">
      <Text bold>=== {title}</Text>
      <Text> </Text>
      {facts.map(([name, value]) => (
        <Box key={name} marginLeft={1}>
          <Box flexShrink={0} width={nameWidth + 2}>
            <Text dimColor>{name}</Text>
          </Box>
          <Text>{value}</Text>
        </Box>
      ))}
      <Text> </Text>
      <NextCommands commands={next} width={width} />
    </Box>
  )
}
