// Who holds the memory, in words: each suspect with its evidence, its lines of code, and what to do.
import {Box} from 'ink'
import type {Role} from '../../analysis/objects/roles.js'
import type {Suspect, SuspectKind} from '../../analysis/suspects/finding.js'
import {formatShare} from '../../units.js'
import {shortenLeft, widthOf} from '../text-width.js'
import {formatSite} from '../site-label.js'
import {Paragraph} from './Paragraph.js'
import {Text} from './Text.js'

type Props = {
  readonly suspects: readonly Suspect[]
  readonly width: number
  /** Lines of code of each. */
  readonly sites?: number | undefined
  /** All evidence, all lines and the whole path of each. */
  readonly verbose?: boolean
  /** Evidence may go on in a second line, where a screen is not to be fitted. */
  readonly hasRoom?: boolean
}

const INDENT = 4
const SHARE_WIDTH = 8
const LABELS: Readonly<Record<SuspectKind, string>> = {large: 'LARGE', leak: 'LEAK', normal: 'NORMAL', waste: 'WASTE'}
const EVIDENCE_SHOWN = 3
const SITES_SHOWN = 2
const ALL_SITES = 5
const ARROW = ' → '

export function Suspects({
  suspects,
  width,
  verbose = false,
  hasRoom = verbose,
  sites = verbose ? ALL_SITES : SITES_SHOWN,
}: Props) {
  return (
    <Box flexDirection="column">
      {suspects.map((suspect, index) => (
        <SuspectCard
          hasRoom={hasRoom}
          key={index}
          number={index + 1}
          sites={sites}
          suspect={suspect}
          verbose={verbose}
          width={width}
        />
      ))}
    </Box>
  )
}

type CardProps = Required<Omit<Props, 'suspects'>> & {readonly suspect: Suspect; readonly number: number}

function SuspectCard({suspect, number, width, verbose, hasRoom, sites: most}: CardProps) {
  const share = formatShare(suspect.share)
  const label = LABELS[suspect.kind]
  const lead = `${number} ${label}  `.length
  const evidence = verbose ? suspect.evidence : suspect.evidence.slice(0, EVIDENCE_SHOWN)
  const textWidth = width - INDENT
  const sites = suspect.sites.slice(0, most)
  const path = verbose || suspect.path.length === 0 ? '' : shortPath(suspect, textWidth)
  return (
    <Box flexDirection="column" marginTop={1}>
      <Box width={width}>
        <Box flexShrink={0}>
          <Text>
            {' '}
            <Text bold>{number}</Text>{' '}
            <Text bold color={colorOf(suspect)}>
              {label}
            </Text>{' '}
          </Text>
        </Box>
        <Box flexGrow={1}>
          <Paragraph bold width={width - lead - SHARE_WIDTH}>
            {suspect.title}
          </Paragraph>
        </Box>
        <Box flexShrink={0}>
          <Text bold>{share.padStart(SHARE_WIDTH)}</Text>
        </Box>
      </Box>
      <Box flexDirection="column" marginLeft={INDENT}>
        {suspect.path.length > 0 && verbose ? (
          <Paragraph dimColor width={textWidth}>
            {pathInWords(suspect)}
          </Paragraph>
        ) : null}
        {path === '' || evidence[0]?.startsWith(`${path}:`) ? null : (
          <Text dimColor wrap="truncate-middle">
            {path}
          </Text>
        )}
        {evidence.map((line, index) =>
          hasRoom ? (
            <Paragraph key={index} width={textWidth}>
              {line}
            </Paragraph>
          ) : (
            <Text key={index} wrap="truncate-middle">
              {line}
            </Text>
          ),
        )}
        {sites.map(({file, line}, index) => (
          <Text key={index}>
            {index === 0 ? <Text dimColor>{'allocated at  '}</Text> : '              '}
            <Text color="cyan">{shortenLeft(formatSite(file, line), width - INDENT - 15)}</Text>
          </Text>
        ))}
        <Paragraph color="green" marker="→ " width={textWidth}>
          {suspect.advice}
        </Paragraph>
      </Box>
    </Box>
  )
}

function colorOf({severity}: Suspect): string | undefined {
  return severity === 'high' ? 'red' : severity === 'medium' ? 'yellow' : undefined
}

/** Ruby's insides: no step that a person would look for. */
const PASSED_OVER: ReadonlySet<Role> = new Set(['singleton', 'block', 'internal'])

/** The way in one line: first and last steps, what lies between them as far as there is room. */
function shortPath(suspect: Pick<Suspect, 'path'>, width: number): string {
  const path = suspect.path.filter(({role}, at) => at === suspect.path.length - 1 || !PASSED_OVER.has(role))
  const whole = pathInWords({path})
  if (widthOf(whole) <= width || path.length < 4) return whole
  // A long way has its middle left out already.
  const isCut = path.some(({reference}) => reference?.startsWith('…'))
  const words = path
    .map(step => (step.reference?.startsWith('…') ? {...step, reference: null} : step))
    .map(step => pathInWords({path: [step]}).replace(/\b(?:\w+::){2,}(?=\w)/, ''))
  const steps = path[0]?.role === 'top-level' ? words.slice(1) : words
  // The owner and what it holds, then as many of the last steps as there is room for.
  for (const head of isCut ? [1] : [2, 1]) {
    for (let tail = steps.length - head - 1; tail > 0; tail--) {
      const line = [...steps.slice(0, head), '…', ...steps.slice(-tail)].join(ARROW)
      if (widthOf(line) <= width) return line
    }
  }

  return steps.join(ARROW)
}

/** `Shop (class) → StatementPool → @cache Hash, 15,003 entries`; Object, which holds all constants, goes without saying. */
function pathInWords({path}: Pick<Suspect, 'path'>): string {
  return path
    .filter(({role}, index) => !(index === 0 && role === 'top-level' && path.length > 1))
    .map(({label, reference}) =>
      reference?.startsWith('@') || reference?.startsWith('…') || reference === 'fiber-local'
        ? `${reference} ${label}`
        : label,
    )
    .join(ARROW)
}

/** Suspects for whose evidence there is no room. */
export function MoreSuspects({suspects, before, width}: Pick<Props, 'suspects' | 'width'> & {readonly before: number}) {
  if (suspects.length === 0) return null
  return (
    <Box flexDirection="column" marginTop={1} width={width}>
      {suspects.map((suspect, index) => (
        <Box key={index} width={width}>
          <Box flexGrow={1}>
            <Text wrap="truncate">
              {' '}
              <Text bold>{before + index + 1}</Text>{' '}
              <Text bold color={colorOf(suspect)}>
                {LABELS[suspect.kind]}
              </Text>{' '}
              {suspect.title}
            </Text>
          </Box>
          <Box flexShrink={0}>
            <Text bold>{formatShare(suspect.share).padStart(SHARE_WIDTH)}</Text>
          </Box>
        </Box>
      ))}
    </Box>
  )
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
          {formatShare(suspect.share).padStart(5)}
          {'  '}
          {suspect.title}
          {suspect.kind === 'normal' ? ' (normal)' : ''}
        </Text>
      ))}
    </Box>
  )
}
