// A heading and what comes under it.
import {Box, Text} from 'ink'
import type {ReactNode} from 'react'

type Props = {readonly title: string; readonly note?: string; readonly children: ReactNode}

export function Section({title, note, children}: Props) {
  return (
    <Box flexDirection="column" marginTop={1}>
      <Text wrap="truncate">
        <Text bold> {title}</Text>
        {note ? <Text dimColor>  {note}</Text> : null}
      </Text>
      {children}
    </Box>
  )
}
