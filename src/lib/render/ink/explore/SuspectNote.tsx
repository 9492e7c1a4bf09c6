// A suspect in words, as many lines as there is room for.
import {Box, Text} from 'ink'
import type {Suspect} from '../../../analysis/suspects/finding.js'
import {formatSite, printable} from '../../site-label.js'

type Props = {readonly suspect: Suspect; readonly height: number; readonly withTitle: boolean}

export function SuspectNote({suspect: {title, evidence, sites, advice}, height, withTitle}: Props) {
  return (
    <Box flexDirection="column" flexShrink={0} height={height} overflow="hidden">
      {/* As high as its text: what has no room is cut, not squeezed. */}
      <Box flexDirection="column" flexShrink={0}>
        {withTitle ? <Text bold>{printable(title)}</Text> : null}
        <Text>
          <Text color="green">→ </Text>
          {printable(advice)}
        </Text>
        {evidence.map((line, at) => (
          <Text dimColor key={at} wrap={withTitle ? 'wrap' : 'truncate'}>
            · {printable(line)}
          </Text>
        ))}
        {sites.length > 0 ? (
          <Text dimColor wrap="truncate">
            · allocated at {sites.map(({file, line}) => formatSite(file, line)).join(', ')}
          </Text>
        ) : null}
      </Box>
    </Box>
  )
}
