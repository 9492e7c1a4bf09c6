// The suspects: what each holds, its evidence, its allocation sites, and what to do.
import {Box} from 'ink'
import type {Role} from '../../analysis/objects/roles.js'
import type {Suspect, SuspectKind} from '../../analysis/suspects/finding.js'
import {isShareOfProcess} from '../../analysis/suspects/rule-ids.js'
import {formatShare} from '../../units.js'
import {shortenLeft, widthOf} from '../text-width.js'
import {formatSite} from '../site-label.js'
import {NO_SOURCE, type ReadSource} from '../source-lines.js'
import {Paragraph} from './Paragraph.js'
import {SourceCode} from './SourceCode.js'
import {Text} from './Text.js'

type Props = {
  readonly suspects: readonly Suspect[]
  readonly width: number
  /** Allocation sites per suspect. */
  readonly sites?: number | undefined
  /** Shows all evidence, all allocation sites and the whole path to root. */
  readonly verbose?: boolean
  /** Lets evidence wrap, for screens of any height. */
  readonly hasRoom?: boolean
  /** The most lines for each piece of evidence; longer ones lose their middle. */
  readonly evidenceLines?: number | undefined
  /** The code at the first allocation site. */
  readonly source?: ReadSource | undefined
}

const INDENT = 4
const LABELS: Readonly<Record<SuspectKind, string>> = {large: 'LARGE', leak: 'LEAK', normal: 'NORMAL', waste: 'WASTE'}
const EVIDENCE_SHOWN = 3
/** Of each; on a first page that hardly fits the screen, fewer. */
const EVIDENCE_LINES = 4
const SITES_SHOWN = 2
const ALL_SITES = 5
const ARROW = ' → '

export function Suspects({
  suspects,
  width,
  verbose = false,
  hasRoom = verbose,
  evidenceLines = EVIDENCE_LINES,
  source = NO_SOURCE,
  sites = verbose ? ALL_SITES : SITES_SHOWN,
}: Props) {
  return (
    <Box flexDirection="column">
      {suspects.map((suspect, index) => (
        <SuspectCard
          evidenceLines={evidenceLines}
          hasRoom={hasRoom}
          key={index}
          number={index + 1}
          sites={sites}
          source={source}
          suspect={suspect}
          verbose={verbose}
          width={width}
        />
      ))}
    </Box>
  )
}

type CardProps = Required<Omit<Props, 'evidenceLines' | 'source' | 'suspects'>> & {
  readonly evidenceLines: number
  readonly suspect: Suspect
  readonly number: number
  readonly source: ReadSource
}

function SuspectCard({suspect, number, width, verbose, hasRoom, evidenceLines, sites: most, source}: CardProps) {
  const label = LABELS[suspect.kind]
  const lead = leadOf(suspect, number).length
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
        <Paragraph bold width={width - lead}>
          {titleWithShare(suspect)}
        </Paragraph>
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
        {evidence.map((line, index) => (
          <Paragraph key={index} most={hasRoom ? Infinity : evidenceLines} width={textWidth}>
            {line}
          </Paragraph>
        ))}
        {sites.map(({file, line}, index) => (
          <Box flexDirection="column" key={index}>
            <Text>
              {index === 0 ? <Text dimColor>{'allocated at  '}</Text> : '              '}
              <Text color="cyan">{shortenLeft(formatSite(file, line), width - INDENT - 15)}</Text>
            </Text>
            {index === 0 ? <SourceCode line={line} source={source(file, line)} width={textWidth} /> : null}
          </Box>
        ))}
        <Paragraph color="green" marker="→ " width={textWidth}>
          {suspect.advice}
        </Paragraph>
      </Box>
    </Box>
  )
}

function leadOf({kind}: Suspect, number: number): string {
  return ` ${number} ${LABELS[kind]} `
}

/** A number without its whole says nothing. */
export function titleWithShare({rule, share, title}: Suspect): string {
  return `${title} (${formatShare(share)} of ${isShareOfProcess(rule) ? 'the process' : 'live'})`
}

function colorOf({severity}: Suspect): string | undefined {
  return severity === 'high' ? 'red' : severity === 'medium' ? 'yellow' : undefined
}

/** Ruby internals, left out of short paths. */
const PASSED_OVER: ReadonlySet<Role> = new Set(['singleton', 'block', 'internal'])

/** The path in one line: its first and last steps, and as many in between as fit. */
function shortPath(suspect: Pick<Suspect, 'path'>, width: number): string {
  const path = suspect.path.filter(({role}, at) => at === suspect.path.length - 1 || !PASSED_OVER.has(role))
  const whole = pathInWords({path})
  if (widthOf(whole) <= width || path.length < 4) return whole
  // The middle of a long path has already been left out.
  const isCut = path.some(({reference}) => reference?.startsWith('…'))
  const words = path
    .map(step => (step.reference?.startsWith('…') ? {...step, reference: null} : step))
    .map(step => pathInWords({path: [step]}).replace(/\b(?:\w+::){2,}(?=\w)/, ''))
  const steps = path[0]?.role === 'top-level' ? words.slice(1) : words
  // The owner and what it holds, then as many of the last steps as fit.
  for (const head of isCut ? [1] : [2, 1]) {
    for (let tail = steps.length - head - 1; tail > 0; tail--) {
      const line = [...steps.slice(0, head), '…', ...steps.slice(-tail)].join(ARROW)
      if (widthOf(line) <= width) return line
    }
  }

  return steps.join(ARROW)
}

/** `Shop (class) → StatementPool → @cache Hash, 15,003 entries`; Object is left out, since it holds all constants. */
export function pathInWords({path}: Pick<Suspect, 'path'>): string {
  return path
    .filter(({role}, index) => !(index === 0 && role === 'top-level' && path.length > 1))
    .map(({label, reference}) =>
      reference?.startsWith('@') || reference?.startsWith('…') || reference === 'fiber-local'
        ? `${reference} ${label}`
        : label,
    )
    .join(ARROW)
}

/** Suspects without evidence, one line each. */
export function MoreSuspects({suspects, before, width}: Pick<Props, 'suspects' | 'width'> & {readonly before: number}) {
  if (suspects.length === 0) return null
  return (
    <Box flexDirection="column" marginTop={1} width={width}>
      {suspects.map((suspect, index) => (
        <Box key={index}>
          <Box flexShrink={0}>
            <Text>
              {' '}
              <Text bold>{before + index + 1}</Text>{' '}
              <Text bold color={colorOf(suspect)}>
                {LABELS[suspect.kind]}
              </Text>{' '}
            </Text>
          </Box>
          <Paragraph width={width - leadOf(suspect, before + index + 1).length}>{titleWithShare(suspect)}</Paragraph>
        </Box>
      ))}
    </Box>
  )
}

/** Suspects of severity low, one line each. */
export function AlsoLarge({suspects, width}: {readonly suspects: readonly Suspect[]; readonly width: number}) {
  if (suspects.length === 0) return null
  return (
    <Box flexDirection="column" marginTop={1} width={width}>
      <Text dimColor> Also seen, no cause for alarm</Text>
      {suspects.map((suspect, index) => (
        <Paragraph dimColor key={index} marker="   · " width={width}>
          {`${titleWithShare(suspect)}${suspect.kind === 'normal' ? ': normal' : ''}`}
        </Paragraph>
      ))}
    </Box>
  )
}
