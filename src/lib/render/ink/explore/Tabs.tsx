// The lists of a place, with their lengths if known.
import {Box} from 'ink'
import {Text} from '../Text.js'

export type Tab = {readonly name: string; readonly count: string}

type Props = {readonly tabs: readonly Tab[]; readonly shown: number}

export function Tabs({tabs, shown}: Props) {
  return (
    <Box flexShrink={0} height={1}>
      <Text wrap="truncate">
        {tabs.map(({name, count}, at) => (
          <Text key={name}>
            {at === 0 ? '' : '  '}
            <Text bold={at === shown} dimColor={at !== shown} inverse={at === shown}>
              {` ${at + 1} ${name}${count === '' ? '' : ` ${count}`} `}
            </Text>
          </Text>
        ))}
      </Text>
    </Box>
  )
}
