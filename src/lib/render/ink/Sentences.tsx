// Sentences of an answer, each as a paragraph, the first one bold.
import {Box} from 'ink'
import type {ReactNode} from 'react'
import {Paragraph} from './Paragraph.js'

type Props = {
  readonly sentences: readonly string[]
  readonly width: number
  /** Further paragraphs. */
  readonly children?: ReactNode
}

export function Sentences({sentences, width, children = null}: Props) {
  return (
    <Box flexDirection="column" marginLeft={1}>
      {sentences.map((sentence, at) => (
        <Paragraph key={sentence} bold={at === 0} width={width - 1}>
          {sentence}
        </Paragraph>
      ))}
      {children}
    </Box>
  )
}
