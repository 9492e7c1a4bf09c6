// The command to copy, instead of the list.
import {Box} from 'ink'
import {Text} from '../Text.js'

type Props = {readonly command: string; readonly wasSent: boolean; readonly height: number}

export function CommandNote({command, wasSent, height}: Props) {
  return (
    <Box flexDirection="column" flexShrink={0} height={height} overflow="hidden" paddingTop={1}>
      <Text bold>{command}</Text>
      <Text> </Text>
      <Text dimColor>
        {wasSent
          ? 'Sent to the clipboard by your terminal. It is printed again when you quit.'
          : 'Copy it from here, or quit: it is printed again then.'}
      </Text>
    </Box>
  )
}
