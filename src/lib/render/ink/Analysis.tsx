// The analysis of one dump: its title, totals, tables, and the next commands.
import {Box} from 'ink'
import type {CommandLine, Target} from '../../command-line.js'
import type {ComponentType} from 'react'
import type {AnalysisReport} from '../../analysis/report/report.js'
import type {SectionName} from '../../analysis/report/sections.js'
import {formatBytes, formatCount, formatObjects} from '../../units.js'
import {DamageNotes} from './DamageNotes.js'
import {type Density, FirstPage} from './FirstPage.js'
import {Generations} from './Generations.js'
import {NextCommands} from './NextCommands.js'
import {Section} from './Section.js'
import {SectionAnswer} from './SectionAnswer.js'
import {notTraced} from '../not-traced.js'
import {selectionInWords} from '../selection-words.js'
import {Classes} from './sections/Classes.js'
import {Gems} from './sections/Gems.js'
import {Dominators} from './sections/Dominators.js'
import {Sites} from './sections/Sites.js'
import type {SectionProps} from './sections/props.js'
import {Strings} from './sections/Strings.js'
import {Threads} from './sections/Threads.js'
import type {ReadSource} from '../source-lines.js'
import {Text} from './Text.js'

type Props = {
  readonly report: AnalysisReport
  /** The dump's title: `d41 · ⬢ shop web.1`, or a file name. */
  readonly title: string
  readonly next: readonly CommandLine[]
  /** Flags that select the app or file that was dumped, for commands in hints. */
  readonly origin?: Target
  readonly width: number
  /** Adds the tables below the first page. */
  readonly verbose?: boolean
  /** How dense the first page is. */
  readonly density?: Density
  /** The code at allocation sites. */
  readonly source?: ReadSource
}

/** The first page. With `verbose`, or for a selection of objects, also the tables. */
export function Analysis({report, title, next, origin = [], width, verbose = false, density, source}: Props) {
  if (report.selection !== null)
    return <Selected next={next} origin={origin} report={report} title={title} width={width} />
  return (
    <FirstPage
      density={density}
      next={next}
      origin={origin}
      report={report}
      source={source}
      title={title}
      verbose={verbose}
      width={width}
    >
      {verbose ? <Tables report={report} width={width} /> : undefined}
    </FirstPage>
  )
}

function Selected({report, title, next, origin = [], width}: Props) {
  return (
    <Box flexDirection="column">
      <Text bold wrap="truncate-start">
        === {title}
      </Text>
      <Text> </Text>
      <Summary origin={origin} report={report} width={width} />
      {report.selection === null ? null : <Text color="yellow"> {selectionInWords(report.selection)}</Text>}
      <Tables report={report} width={width} />
      <Text> </Text>
      <NextCommands commands={next} width={width} />
    </Box>
  )
}

/** The tables of --verbose: first what the app's code decides, then how old it all is. */
function Tables({report, width}: Pick<Props, 'report' | 'width'>) {
  const {dump, masked, selection} = report
  const note = selection === null ? undefined : 'of these objects'
  const isTraced = dump.traced
  const tables: ReadonlyArray<
    readonly [SectionName, boolean, string, ComponentType<SectionProps>, (string | undefined)?]
  > = [
    ['sites', report.allocationSites.length > 0, 'Allocation sites', Sites, note],
    ['dominators', selection === null, 'What would be freed with one object', Dominators],
    ['classes', report.classes.length > 0, 'Classes', Classes, note],
    ['gems', isTraced && report.gems.length > 0, 'App and gems', Gems, note],
    [
      'strings',
      report.duplicateStrings.length > 0,
      'Duplicate strings',
      Strings,
      masked ? 'masked; --show-values shows the contents' : note,
    ],
    ['threads', selection === null && report.threads.length > 0, 'Threads and fibers', Threads],
    ['generations', isTraced, 'Live objects by generation', Ages],
  ]
  return (
    <Box flexDirection="column">
      {tables.map(([section, isShown, title, Body, words]) =>
        isShown ? (
          <Section key={section} note={words} title={title}>
            <SectionAnswer report={report} section={section} width={width} />
            <Body report={report} width={width} />
          </Section>
        ) : null,
      )}
    </Box>
  )
}

function Ages({report, width}: SectionProps) {
  return <Generations rows={report.survivors} width={width} />
}

function Summary({report, origin = [], width}: Pick<Props, 'origin' | 'report' | 'width'>) {
  const {dump, totals} = report
  const tracer = totals.tracerMemsize > 0 ? `, ${formatBytes(totals.tracerMemsize)} allocation tracer` : ''
  return (
    <Box flexDirection="column" marginLeft={1}>
      <Text>
        <Text bold>{formatBytes(totals.memsize)}</Text> in {formatObjects(totals.objects)},{' '}
        {formatBytes(totals.aliveMemsize)} alive{tracer}
      </Text>
      <Text dimColor>
        {formatCount(totals.references)} references · dump of {formatBytes(dump.bytes)}
      </Text>
      <DamageNotes dump={dump} width={width - 1} />
      {dump.traced ? null : <Text color="yellow">{notTraced(origin)}</Text>}
    </Box>
  )
}
