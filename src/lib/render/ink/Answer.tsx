// The answer that a screen begins with: its sentences as one paragraph, never cut, in lines that are easy to read.
import {Box} from 'ink'
import {PROSE_WIDTH} from '../text-width.js'
import {Paragraph} from './Paragraph.js'

type Props = {readonly sentences: readonly string[]; readonly width: number}

export function Answer({sentences, width}: Props) {
  if (sentences.length === 0) return null
  return (
    <Box marginLeft={1}>
      <Paragraph bold width={Math.min(width - 1, PROSE_WIDTH)}>
        {sentences.join(' ')}
      </Paragraph>
    </Box>
  )
}
