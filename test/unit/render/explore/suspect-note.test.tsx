// The note on a suspect is as high as its text, and the list begins below it.
import {Box} from 'ink'
import {expect, it} from 'vitest'
import {Text} from '../../../../src/lib/render/ink/Text.js'
import {report} from '../../../../src/lib/analysis/report/report.js'
import {Explore} from '../../../../src/lib/render/ink/explore/Explore.js'
import type {ObjectLists} from '../../../../src/lib/render/ink/explore/object-lists.js'
import {heightOfNote, SuspectNote} from '../../../../src/lib/render/ink/explore/SuspectNote.js'
import {heapOf} from '../../../support/heaps.js'
import {suspect} from '../../../support/reports.js'
import {drawn} from '../../../support/screens.js'

const wordy = suspect({
  evidence: [
    'Hash, 12,000 entries, new ones in 30 of the last 30 GCs, '.repeat(4).trimEnd(),
    'survivors from all 8 GCs since boot',
  ],
})

it.each([40, 80, 120])('is as high as its text at %i columns', columns => {
  for (const withTitle of [true, false]) {
    const height = heightOfNote(wordy, columns, withTitle)
    const screen = drawn(
      width => (
        <Box flexDirection="column">
          <SuspectNote height={height} suspect={wordy} width={width} withTitle={withTitle} />
          <Text>below</Text>
        </Box>
      ),
      columns,
    )
    const lines = screen.split('\n')
    expect(lines).toHaveLength(height + 1)
    expect(lines[height]).toBe('below')
    expect(lines[height - 1]).toContain('allocated at')
  }
})

it('leaves the rest of a large screen to the list', async () => {
  const {subject} = await heapOf('ROOT vm > Object\nObject CLASS 500 name=Object')
  const one = {
    ...report(subject, {top: 10}),
    suspects: [suspect({evidence: ['survivors from all 8 GCs since boot']}), wordy],
  }
  const screen = drawn(
    width => (
      <Explore
        dump={{name: 'heap.json', target: []}}
        height={39}
        lists={{} as ObjectLists}
        onCopy={() => false}
        onQuit={() => {}}
        report={one}
        title="heap.json"
        width={width}
      />
    ),
    120,
  )
  const lines = screen.split('\n')
  const header = lines.findIndex(line => line.includes('Retained'))
  // Title, tabs, the longest note, a blank line.
  expect(header).toBe(3 + heightOfNote(wordy, 120, false))
  expect(lines[header + 1]).toContain('1 LEAK')
})
