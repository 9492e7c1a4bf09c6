// The page of a diagnosis: the verdict, who holds the memory, which line allocates it, how fast, until when, what to do,
// and what it cost.
import {Box} from 'ink'
import type {ReactNode} from 'react'
import type {DiagnosisDocument} from '../../analysis/diagnosis/document.js'
import type {Suspect} from '../../analysis/suspects/finding.js'
import type {CommandLine} from '../../command-line.js'
import {costInWords, headOf, quotaInWords, speedInWords} from '../diagnosis-words.js'
import {formatSite} from '../site-label.js'
import {sparklineOfSizes} from '../sparkline.js'
import {shortenLeft} from '../text-width.js'
import {formatBytes, formatDuration} from '../../units.js'
import {NextCommands} from './NextCommands.js'
import {Paragraph} from './Paragraph.js'
import {pathInWords} from './Suspects.js'
import {Text} from './Text.js'

type Props = {
  readonly document: DiagnosisDocument
  readonly app: string | null
  readonly next: readonly CommandLine[]
  readonly width: number
}

const LABEL_WIDTH = 12
const EVIDENCE = 3
const SITES = 3
const REST = 40
const MOST_BLOCKS = 48
const COLORS = {healthy: 'green', leak: 'red', 'levels-off': 'green', native: 'red', unclear: 'yellow', waste: 'yellow'}

export function Diagnosis({app, document, next, width}: Props) {
  const {cost, culprit, dumps, dyno, process, release, ruby, verdict} = document
  const textWidth = width - LABEL_WIDTH
  const place = app === null ? dyno : `⬢ ${app} ${dyno}`
  const title = [place, process, ruby === null ? null : `Ruby ${ruby}`, release].filter(Boolean).join(' · ')
  return (
    <Box flexDirection="column" width={width}>
      <Text bold wrap="truncate">
        === {title}
      </Text>
      <Text> </Text>
      <Row label="Verdict">
        <Text bold color={COLORS[verdict.outcome]}>
          {headOf(verdict)}
        </Text>
        <Paragraph width={textWidth}>{verdict.sentences.join(' ')}</Paragraph>
      </Row>
      {culprit === null ? null : <Culprit culprit={culprit} isTraced={cost.tracedSeconds > 0} width={textWidth} />}
      <Speed document={document} width={textWidth} />
      {culprit === null ? null : (
        <Row label="What to do">
          <Paragraph color="green" width={textWidth}>
            {culprit.advice}
          </Paragraph>
        </Row>
      )}
      <Text> </Text>
      <Row label="Cost">
        <Paragraph dimColor width={textWidth}>
          {costInWords(cost)}
        </Paragraph>
        <Paragraph dimColor width={textWidth}>
          {`Stored: ${dumps.map(({id}) => id).join(' and ')}.`}
        </Paragraph>
      </Row>
      <Text> </Text>
      <NextCommands commands={next} width={width} />
    </Box>
  )
}

function Row({children, label}: {readonly children: ReactNode; readonly label: string}) {
  return (
    <Box>
      <Box flexShrink={0} width={LABEL_WIDTH}>
        <Text bold> {label}</Text>
      </Box>
      <Box flexDirection="column">{children}</Box>
    </Box>
  )
}

type CulpritProps = {readonly culprit: Suspect; readonly isTraced: boolean; readonly width: number}

function Culprit({culprit, isTraced, width}: CulpritProps) {
  const {evidence, owner, path, sites} = culprit
  return (
    <Box flexDirection="column">
      <Row label="Who">
        <Text bold wrap="truncate">
          {owner}
        </Text>
        {path.length > 1 ? (
          <Text dimColor wrap="truncate-middle">
            {pathInWords(culprit)}
          </Text>
        ) : null}
        {evidence.slice(0, EVIDENCE).map(line => (
          <Paragraph key={line} width={width}>
            {line}
          </Paragraph>
        ))}
      </Row>
      {path.length === 0 ? null : (
        <Row label="Line">
          {sites.length === 0 ? (
            <Text dimColor>
              unknown: {isTraced ? 'none of it was allocated while it was traced' : 'it was not traced'}
            </Text>
          ) : null}
          {sites.slice(0, SITES).map(({file, line}) => (
            <Text key={`${file}:${line}`} color="cyan">
              {shortenLeft(formatSite(file, line), width)}
            </Text>
          ))}
        </Row>
      )}
    </Box>
  )
}

function Speed({document, width}: {readonly document: DiagnosisDocument; readonly width: number}) {
  const {memory, speed} = document
  const [first] = memory
  const last = memory.at(-1)
  const fast = speedInWords(document)
  const quota = quotaInWords(speed)
  return (
    <Box flexDirection="column">
      {fast === null ? null : (
        <Row label="How fast">
          <Paragraph width={width}>{fast}</Paragraph>
        </Row>
      )}
      {quota === null ? null : (
        <Row label="Quota">
          <Paragraph width={width}>{quota}</Paragraph>
        </Row>
      )}
      {first === undefined || last === undefined || first === last ? null : (
        <Row label="Memory">
          <Text wrap="truncate">
            {formatBytes(first.rssBytes)}{' '}
            <Text color="cyan">
              {sparklineOfSizes(
                memory.map(({at, rssBytes}) => ({at: Date.parse(at), value: rssBytes})),
                Math.max(8, Math.min(MOST_BLOCKS, width - REST)),
              )}
            </Text>{' '}
            {formatBytes(last.rssBytes)}, in {formatDuration(spanOf(first.at, last.at))}
          </Text>
        </Row>
      )}
    </Box>
  )
}

/** Rounded to minutes. */
function spanOf(from: string, to: string): number {
  const seconds = (Date.parse(to) - Date.parse(from)) / 1000
  return seconds < 600 ? seconds : Math.round(seconds / 60) * 60
}
