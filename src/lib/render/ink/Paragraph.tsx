// Wrapped text whose lines all begin in the same column.
import {Box, type TextProps} from 'ink'
import {widthOf} from '../text-width.js'
import {wrapWords} from '../wrap.js'
import {Text} from './Text.js'

type Props = Pick<TextProps, 'bold' | 'color' | 'dimColor'> & {
  readonly children: string
  readonly width: number
  /** Printed before the first line; the other lines are indented by its width. */
  readonly marker?: string
}

export function Paragraph({children, width, marker = '', ...style}: Props) {
  return (
    <Box>
      {marker === '' ? null : (
        <Box flexShrink={0}>
          <Text {...style}>{marker}</Text>
        </Box>
      )}
      <Box flexDirection="column">
        {wrapWords(children, Math.max(10, width - widthOf(marker))).map((line, index) => (
          <Text key={index} {...style} wrap="truncate">
            {line}
          </Text>
        ))}
      </Box>
    </Box>
  )
}
