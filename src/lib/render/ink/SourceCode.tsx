// A line of code and its neighbours, as compilers show them.
import {Box} from 'ink'
import {shortenRight} from '../text-width.js'
import type {SourceLines} from '../source-lines.js'
import {Text} from './Text.js'

type Props = {
  readonly source: SourceLines | null
  /** The line that is meant. */
  readonly line: number | null
  readonly width: number
}

export function SourceCode({source, line, width}: Props) {
  if (source === null) return null
  const digits = String(source.first + source.lines.length).length
  return (
    <Box flexDirection="column">
      {source.lines.map((text, at) => {
        const number = source.first + at
        const isMeant = number === line
        return (
          <Text bold={isMeant} dimColor={!isMeant} key={number} wrap="truncate">
            {isMeant ? '> ' : '  '}
            {String(number).padStart(digits)} │ {shortenRight(text, Math.max(8, width - digits - 5))}
          </Text>
        )
      })}
    </Box>
  )
}
