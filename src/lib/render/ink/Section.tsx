// A heading with its contents.
import {Box} from 'ink'
import type {ReactNode} from 'react'
import {Text} from './Text.js'

type Props = {readonly title: string; readonly note?: string | undefined; readonly children: ReactNode}

export function Section({title, note, children}: Props) {
  return (
    <Box flexDirection="column" marginTop={1}>
      <Text wrap="truncate">
        <Text bold> {title}</Text>
        {note ? (
          <Text dimColor>
            {'  '}
            {note}
          </Text>
        ) : null}
      </Text>
      {children}
    </Box>
  )
}
