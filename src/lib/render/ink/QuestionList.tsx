// The questions that ship with heapdump:query.
import {Box} from 'ink'
import type {NamedQuestion} from '../../query/named-questions.js'
import {Table} from './Table.js'
import {Text} from './Text.js'

type Props = {readonly questions: readonly NamedQuestion[]; readonly width: number}

export function QuestionList({questions, width}: Props) {
  return (
    <Box flexDirection="column">
      <Table
        columns={[
          {bold: true, header: 'Question', value: ({name}) => name},
          {header: 'Answers', minWidth: 20, value: ({doc}) => doc},
        ]}
        indent={0}
        rows={questions}
        width={width}
      />
      <Text dimColor>Their SQL: --list --json. The tables: docs/sql.md.</Text>
    </Box>
  )
}
