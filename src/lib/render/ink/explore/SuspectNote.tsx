// A suspect in words, in as many lines as fit.
import {Box} from 'ink'
import type {Suspect} from '../../../analysis/suspects/finding.js'
import {formatSite} from '../../site-label.js'
import {shortenRight} from '../../text-width.js'
import {wrapWords} from '../../wrap.js'
import {Paragraph} from '../Paragraph.js'
import {Text} from '../Text.js'

type Props = {readonly suspect: Suspect; readonly height: number; readonly width: number; readonly withTitle: boolean}

const ADVICE = '→ '
const EVIDENCE = '· '

/** Lines that the whole note takes. */
export function heightOfNote({title, evidence, sites, advice}: Suspect, width: number, withTitle: boolean): number {
  const lines = (text: string, room: number) => wrapWords(text, room).length
  const ofEvidence = evidence.reduce((sum, line) => sum + (withTitle ? lines(line, width - EVIDENCE.length) : 1), 0)
  return (
    (withTitle ? lines(title, width) : 0) +
    lines(advice, width - ADVICE.length) +
    ofEvidence +
    (sites.length > 0 ? 1 : 0)
  )
}

export function SuspectNote({suspect: {title, evidence, sites, advice}, height, width, withTitle}: Props) {
  return (
    <Box flexDirection="column" flexShrink={0} height={height} overflow="hidden">
      {/* As high as its text, so that excess lines are cut, not squeezed. */}
      <Box flexDirection="column" flexShrink={0}>
        {withTitle ? (
          <Paragraph bold width={width}>
            {title}
          </Paragraph>
        ) : null}
        <Paragraph color="green" marker={ADVICE} width={width}>
          {advice}
        </Paragraph>
        {evidence.map((line, at) =>
          withTitle ? (
            <Paragraph dimColor key={at} marker={EVIDENCE} width={width}>
              {line}
            </Paragraph>
          ) : (
            <Text dimColor key={at}>
              {shortenRight(EVIDENCE + line, width)}
            </Text>
          ),
        )}
        {sites.length > 0 ? (
          <Text dimColor>
            {shortenRight(
              `${EVIDENCE}allocated at ${sites.map(({file, line}) => formatSite(file, line)).join(', ')}`,
              width,
            )}
          </Text>
        ) : null}
      </Box>
    </Box>
  )
}
