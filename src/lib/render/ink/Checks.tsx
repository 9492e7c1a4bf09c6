// The doctor's checks: the verdict, then each with its finding and, if it failed, a fix.
import {Box} from 'ink'
import {herokuCommand, type Target} from '../../command-line.js'
import type {Check} from '../../doctor/check.js'
import {verdictOfChecks} from '../checks-verdict.js'
import {NextCommands} from './NextCommands.js'
import {Paragraph} from './Paragraph.js'
import {Sentences} from './Sentences.js'
import {Text} from './Text.js'

type Props = {
  readonly checks: readonly Check[]
  readonly title: string
  readonly target: Target
  readonly width: number
}

const MARKS: Record<Check['state'], {readonly mark: string; readonly color?: string}> = {
  failed: {color: 'red', mark: '✗'},
  ok: {color: 'green', mark: '✓'},
  skipped: {mark: '–'},
  warning: {color: 'yellow', mark: '!'},
}

export function Checks({checks, title, target, width}: Props) {
  const nameWidth = Math.max(...checks.map(check => check.name.length))
  const failed = checks.filter(check => check.state === 'failed')
  return (
    <Box flexDirection="column">
      <Text bold>=== {title}</Text>
      <Sentences sentences={verdictOfChecks(checks)} width={width} />
      <Text> </Text>
      {checks.map(({name, state, text, fix}) => (
        <Box key={name} marginLeft={1}>
          <Box flexShrink={0} width={2}>
            <Text color={MARKS[state].color}>{MARKS[state].mark}</Text>
          </Box>
          <Box flexShrink={0} width={nameWidth + 2}>
            <Text dimColor={state === 'skipped'}>{name}</Text>
          </Box>
          <Box flexDirection="column">
            <Paragraph dimColor={state === 'skipped'} width={width - nameWidth - 5}>
              {text}
            </Paragraph>
            {fix?.split('\n').map(line =>
              line.startsWith(' ') ? (
                <Text key={line} color="yellow">
                  {line}
                </Text>
              ) : (
                <Paragraph key={line} color="yellow" marker="→ " width={width - nameWidth - 5}>
                  {line}
                </Paragraph>
              ),
            )}
          </Box>
        </Box>
      ))}
      <Text> </Text>
      {failed.length > 0 ? (
        <Text bold>
          {' '}
          {failed.length === 1 ? '1 problem' : `${failed.length} problems`}. Fix the first one, then run heapdump:doctor
          again.
        </Text>
      ) : (
        <NextCommands commands={[herokuCommand('heapdump:diagnose', [], target)]} width={width} />
      )}
    </Box>
  )
}
