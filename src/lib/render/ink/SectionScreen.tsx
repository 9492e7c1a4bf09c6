// Parts of a report by themselves, with as many rows as were asked for.
import {Box} from 'ink'
import type {CommandLine} from '../../command-line.js'
import type {ComponentType} from 'react'
import type {AnalysisReport} from '../../analysis/report/report.js'
import type {SectionName} from '../../analysis/report/sections.js'
import {selectionInWords} from '../selection-words.js'
import {DamageNotes} from './DamageNotes.js'
import {Generations} from './Generations.js'
import {NextCommands} from './NextCommands.js'
import {Section} from './Section.js'
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
  /** What the dump goes by. */
  readonly title: string
  readonly next: CommandLine
}

type Drawn = {
  readonly title: string
  readonly body: ComponentType<SectionProps>
  readonly rows?: (report: AnalysisReport) => number
}

const DRAWN: Readonly<Record<SectionName, Drawn>> = {
  largest: {body: Largest, rows: report => report.largest.length, title: 'Largest by themselves'},
  classes: {body: Classes, rows: report => report.classes.length, title: 'Classes'},
  collections: {body: Collections, title: 'Arrays, hashes and strings'},
  gems: {body: Gems, rows: report => report.gems.length, title: 'Whose code allocated it'},
  generations: {body: AllGenerations, title: 'Alive, by the GC after which it was allocated'},
  memory: {body: Memory, title: "The process's memory"},
  pages: {body: Pages, title: 'Heap pages'},
  paths: {body: Paths, title: 'Why it is alive: shortest ways from the roots, merged'},
  dominators: {
    body: Dominators,
    rows: report => report.dominators.length,
    title: 'What would be freed with one object',
  },
  sites: {body: Sites, rows: report => report.allocationSites.length, title: 'Allocated at'},
  strings: {body: Strings, rows: report => report.duplicateStrings.length, title: 'Equal strings'},
  threads: {body: Threads, title: 'Threads and fibers'},
  totals: {body: Totals, title: 'Totals'},
  vm: {body: VmInternals, title: "The interpreter's own"},
}

export function SectionScreen({sections, report, title, next, width}: Props) {
  return (
    <Box flexDirection="column">
      <Text bold wrap="truncate-start">
        === {title}
      </Text>
      <DamageNotes dump={report.dump} width={width} />
      {report.selection === null ? null : (
        <Text color="yellow" wrap="truncate">
          {' '}
          {selectionInWords(report.selection)}
        </Text>
      )}
      {sections.map(section => (
        <OneSection key={section} report={report} section={section} width={width} />
      ))}
      <Text> </Text>
      <NextCommands commands={[next]} width={width} />
    </Box>
  )
}

function OneSection({section, report, width}: SectionProps & {readonly section: SectionName}) {
  const {title, body: Body, rows} = DRAWN[section]
  return (
    <Section title={title}>
      {rows !== undefined && rows(report) === 0 ? (
        <Text>
          {'   '}
          {emptyInWords(section, report)}
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

function emptyInWords(section: SectionName, report: AnalysisReport): string {
  if (section === 'sites' && !report.dump.traced)
    return 'This dump is not traced: heapdump:trigger --trace 5m records where objects are allocated.'
  return section === 'strings' ? 'No text is in memory twice.' : 'none'
}
