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
  /** The last of them loses its middle if the text is longer. */
  readonly most?: number
}

export function Paragraph({children, width, marker = '', most = Infinity, ...style}: Props) {
  const wrapped = wrapWords(children, Math.max(10, width - widthOf(marker)))
  const lines = wrapped.length <= most ? wrapped : [...wrapped.slice(0, most - 1), wrapped.slice(most - 1).join(' ')]
  return (
    <Box>
      {marker === '' ? null : (
        <Box flexShrink={0}>
          <Text {...style}>{marker}</Text>
        </Box>
      )}
      <Box flexDirection="column">
        {lines.map((line, index) => (
          <Text key={index} {...style} wrap={index + 1 === most ? 'truncate-middle' : 'truncate'}>
            {line}
          </Text>
        ))}
      </Box>
    </Box>
  )
}
