// What is wrong with a dump, one sentence per fault.
import {Box} from 'ink'
import type {DumpFacts} from '../../analysis/report/report.js'
import {damageInWords} from '../damage.js'
import {Paragraph} from './Paragraph.js'

type Props = {readonly dump: DumpFacts; readonly width: number}

export function DamageNotes({dump, width}: Props) {
  return (
    <Box flexDirection="column" marginLeft={1}>
      {damageInWords(dump).map(({isSevere, text}) => (
        <Paragraph key={text} color={isSevere ? 'red' : 'yellow'} width={width - 1}>
          {text}
        </Paragraph>
      ))}
    </Box>
  )
}
