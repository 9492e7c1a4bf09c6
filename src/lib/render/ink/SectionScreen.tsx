// Single sections of a report, with the requested number of rows.
import {Box} from 'ink'
import type {CommandLine, Target} from '../../command-line.js'
import type {ComponentType} from 'react'
import type {AnalysisReport} from '../../analysis/report/report.js'
import type {SectionName} from '../../analysis/report/sections.js'
import {notTraced} from '../not-traced.js'
import {selectionInWords} from '../selection-words.js'
import {DamageNotes} from './DamageNotes.js'
import {Generations} from './Generations.js'
import {NextCommands} from './NextCommands.js'
import {Paragraph} from './Paragraph.js'
import {Section} from './Section.js'
import {SectionAnswer} from './SectionAnswer.js'
import {Largest} from './sections/Largest.js'
import {Classes} from './sections/Classes.js'
import {Collections} from './sections/Collections.js'
import {Gems} from './sections/Gems.js'
import {Memory} from './sections/Memory.js'
import {Pages} from './sections/Pages.js'
import {Paths} from './sections/Paths.js'
import type {SectionProps} from './sections/props.js'
import {Dominators} from './sections/Dominators.js'
import {Sites} from './sections/Sites.js'
import {Strings} from './sections/Strings.js'
import {Threads} from './sections/Threads.js'
import {Totals} from './sections/Totals.js'
import {VmInternals} from './sections/VmInternals.js'
import {Text} from './Text.js'

type Props = SectionProps & {
  readonly sections: readonly SectionName[]
  /** The dump's title. */
  readonly title: string
  readonly next: CommandLine
  /** Flags that select the app or file that was dumped, for commands in hints. */
  readonly origin?: Target
}

type Drawn = {
  readonly title: string
  readonly body: ComponentType<SectionProps>
  readonly rows?: (report: AnalysisReport) => number
}

const DRAWN: Readonly<Record<SectionName, Drawn>> = {
  largest: {body: Largest, rows: report => report.largest.length, title: 'Largest objects'},
  classes: {body: Classes, rows: report => report.classes.length, title: 'Classes'},
  collections: {body: Collections, title: 'Arrays, hashes and strings'},
  gems: {body: Gems, rows: report => report.gems.length, title: 'App and gems'},
  generations: {body: AllGenerations, title: 'Live objects by generation'},
  memory: {body: Memory, title: 'Process memory'},
  pages: {body: Pages, title: 'Heap pages'},
  paths: {body: Paths, title: 'Why objects are alive: shortest paths to root, merged'},
  dominators: {
    body: Dominators,
    rows: report => report.dominators.length,
    title: 'What would be freed with one object',
  },
  sites: {body: Sites, rows: report => report.allocationSites.length, title: 'Allocation sites'},
  strings: {body: Strings, rows: report => report.duplicateStrings.length, title: 'Duplicate strings'},
  threads: {body: Threads, title: 'Threads and fibers'},
  totals: {body: Totals, title: 'Totals'},
  vm: {body: VmInternals, title: 'Ruby VM'},
}

export function SectionScreen({sections, report, title, next, origin = [], width}: Props) {
  return (
    <Box flexDirection="column">
      <Text bold wrap="truncate-start">
        === {title}
      </Text>
      <DamageNotes dump={report.dump} width={width} />
      {report.selection === null ? null : (
        <Box marginLeft={1}>
          <Paragraph color="yellow" width={width - 1}>
            {selectionInWords(report.selection)}
          </Paragraph>
        </Box>
      )}
      {sections.map(section => (
        <OneSection key={section} origin={origin} report={report} section={section} width={width} />
      ))}
      <Text> </Text>
      <NextCommands commands={[next]} width={width} />
    </Box>
  )
}

function OneSection({
  section,
  report,
  origin,
  width,
}: SectionProps & {readonly section: SectionName; readonly origin: Target}) {
  const {title, body: Body, rows} = DRAWN[section]
  return (
    <Section title={title}>
      <SectionAnswer report={report} section={section} width={width} />
      {rows !== undefined && rows(report) === 0 ? (
        <Text>
          {'   '}
          {emptyInWords(section, report, origin)}
        </Text>
      ) : (
        <Body report={report} width={width} />
      )}
    </Section>
  )
}

function AllGenerations({report, width}: SectionProps) {
  if (report.survivors.length === 0) return <Text>{'   none'}</Text>
  return <Generations height={report.survivors.length + 1} rows={report.survivors} width={width} />
}

function emptyInWords(section: SectionName, report: AnalysisReport, origin: Target): string {
  if (section === 'sites' && !report.dump.traced) return notTraced(origin)
  return section === 'strings' ? 'No string is kept twice.' : 'none'
}
