// The rules for automatic dumps.
import {Box} from 'ink'
import {herokuCommand, type Target} from '../../command-line.js'
import {describeTrigger, type Rule} from '../../protocol/rules.js'
import {NextCommands} from './NextCommands.js'
import {type Column, Table} from './Table.js'
import {Text} from './Text.js'

type Props = {readonly rules: readonly Rule[]; readonly title: string; readonly target: Target; readonly width: number}

function describeLimits({limits, trigger}: Rule): string {
  const automatic = trigger.type !== 'schedule'
  const perDay = limits?.perDay ?? (automatic ? 4 : null)
  const cooldown = limits?.cooldown ?? (automatic ? '1h' : null)
  return (
    [perDay === null ? null : `${perDay} a day`, cooldown === null ? null : `${cooldown} apart`]
      .filter(part => part !== null)
      .join(', ') || '–'
  )
}

/** Room for "… for N samples" in full: truncated, it would read as seconds. */
const TRIGGER_WIDTH = 30

const POSTS_TO: Column<Rule> = {
  dropOrder: 1,
  header: 'Posts to',
  value: ({webhook}) => (webhook === undefined ? '–' : new URL(webhook.url).host),
}

const columns = (rules: readonly Rule[]): ReadonlyArray<Column<Rule>> => [
  {bold: true, header: 'Rule', value: rule => rule.name},
  {header: 'Dumps when', minWidth: TRIGGER_WIDTH, value: rule => describeTrigger(rule.trigger)},
  {header: 'Dynos', minWidth: 6, value: rule => rule.dynos?.join(', ') ?? 'all enabled'},
  {header: 'Limits', value: describeLimits},
  ...(rules.some(rule => rule.webhook !== undefined) ? [POSTS_TO] : []),
  {dropOrder: 2, header: 'Traced', value: rule => rule.trace ?? '–'},
  // Least important if all rules redact, which is the default.
  {
    dropOrder: rules.some(rule => rule.redact === false) ? 1 : 3,
    header: 'Strings',
    value: rule => (rule.redact === false ? 'plain' : 'redacted'),
  },
]

export function RuleList({rules, title, target, width}: Props) {
  return (
    <Box flexDirection="column">
      <Text bold>=== {title}</Text>
      <Text> </Text>
      <Table columns={columns(rules)} rows={rules} width={width} />
      <Text> </Text>
      <NextCommands
        commands={[
          herokuCommand('heapdump:list', [], target),
          herokuCommand(
            'heapdump:schedule:remove',
            [],
            target,
            rules.slice(0, 1).map(rule => rule.name),
          ),
        ]}
        width={width}
      />
    </Box>
  )
}
