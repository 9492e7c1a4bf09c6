// Who holds the memory, in words: each suspect with its evidence, its lines of code, and what to do.
import {Box, Text} from 'ink'
import type {Suspect, SuspectKind} from '../../analysis/suspects/finding.js'
import {formatShare, shortenLeft} from '../../units.js'
import {formatSite, printable} from '../site-label.js'

type Props = {
  readonly suspects: readonly Suspect[]
  readonly width: number
  /** All evidence, all lines and the whole path of each. */
  readonly verbose?: boolean
}

const INDENT = 4
const LABELS: Readonly<Record<SuspectKind, string>> = {large: 'LARGE', leak: 'LEAK', normal: 'NORMAL', waste: 'WASTE'}
const EVIDENCE_SHOWN = 3

export function Suspects({suspects, width, verbose = false}: Props) {
  return (
    <Box flexDirection="column">
      {suspects.map((suspect, index) => (
        <SuspectCard key={index} number={index + 1} suspect={suspect} verbose={verbose} width={width} />
      ))}
    </Box>
  )
}

function SuspectCard({suspect, number, width, verbose}: {readonly suspect: Suspect; readonly number: number; readonly width: number; readonly verbose: boolean}) {
  const share = formatShare(suspect.share)
  const evidence = verbose ? suspect.evidence : suspect.evidence.slice(0, EVIDENCE_SHOWN)
  const sites = suspect.sites.slice(0, verbose ? 5 : 2)
  return (
    <Box flexDirection="column" marginTop={1}>
      <Box width={width}>
        <Box flexGrow={1} flexShrink={1}>
          <Text wrap="wrap">
            {' '}
            <Text bold>{number}</Text> <Text bold color={colorOf(suspect)}>{LABELS[suspect.kind]}</Text> <Text bold>{printable(suspect.title)}</Text>
          </Text>
        </Box>
        <Box flexShrink={0} marginLeft={2}>
          <Text bold>{share.padStart(6)}</Text>
        </Box>
      </Box>
      <Box flexDirection="column" marginLeft={INDENT}>
        {suspect.path.length > 0 ? <Text dimColor wrap={verbose ? 'wrap' : 'truncate-middle'}>{printable(pathInWords(suspect))}</Text> : null}
        {evidence.map((line, index) => (
          <Text key={index} wrap={verbose ? 'wrap' : 'truncate'}>{printable(line)}</Text>
        ))}
        {sites.map(({file, line}, index) => (
          <Text key={index}>
            {index === 0 ? <Text dimColor>allocated at  </Text> : '              '}
            <Text color="cyan">{shortenLeft(formatSite(file, line), width - INDENT - 15)}</Text>
          </Text>
        ))}
        <Text color="green" wrap="wrap">→ {printable(suspect.advice)}</Text>
      </Box>
    </Box>
  )
}

function colorOf({severity}: Suspect): string | undefined {
  return severity === 'high' ? 'red' : severity === 'medium' ? 'yellow' : undefined
}

/** `Shop (class) → StatementPool → @cache Hash, 15,003 entries`; Object, which holds all constants, goes without saying. */
export function pathInWords({path}: Pick<Suspect, 'path'>): string {
  return path
    .filter(({label}, index) => !(index === 0 && label === 'Object (class)' && path.length > 1))
    .map(({label, reference}) => (reference?.startsWith('@') || reference?.startsWith('…') ? `${reference} ${label}` : label))
    .join(' → ')
}

/** The rest, a line each: worth knowing, no cause for alarm. */
export function AlsoLarge({suspects, width}: {readonly suspects: readonly Suspect[]; readonly width: number}) {
  if (suspects.length === 0) return null
  return (
    <Box flexDirection="column" marginTop={1} width={width}>
      <Text dimColor> Also seen, no cause for alarm</Text>
      {suspects.map((suspect, index) => (
        <Text key={index} dimColor wrap="truncate">
          {'   '}
          {formatShare(suspect.share).padStart(5)}  {printable(suspect.title)}{suspect.kind === 'normal' ? ' (normal)' : ''}
        </Text>
      ))}
    </Box>
  )
}
