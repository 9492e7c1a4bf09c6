// The analysis of one dump: its title, totals, tables, and the next commands.
import {Box} from 'ink'
import type {CommandLine, Target} from '../../command-line.js'
import type {AnalysisReport} from '../../analysis/report/report.js'
import {formatBytes, formatCount, formatObjects} from '../../units.js'
import {DamageNotes} from './DamageNotes.js'
import {type Density, FirstPage} from './FirstPage.js'
import {Generations} from './Generations.js'
import {NextCommands} from './NextCommands.js'
import {Section} from './Section.js'
import {notTraced} from '../not-traced.js'
import {selectionInWords} from '../selection-words.js'
import {Classes} from './sections/Classes.js'
import {Gems} from './sections/Gems.js'
import {Dominators} from './sections/Dominators.js'
import {Sites} from './sections/Sites.js'
import {Strings} from './sections/Strings.js'
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
}

/** The first page. With `verbose`, or for a selection of objects, also the tables. */
export function Analysis({report, title, next, origin = [], width, verbose = false, density}: Props) {
  if (report.selection !== null)
    return <Selected next={next} origin={origin} report={report} title={title} width={width} />
  return (
    <FirstPage
      density={density}
      next={next}
      origin={origin}
      report={report}
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

function Tables({report, width}: Pick<Props, 'report' | 'width'>) {
  const note = report.selection === null ? undefined : 'of these objects'
  return (
    <Box flexDirection="column">
      {report.dump.traced ? (
        <Section title="Live objects by generation">
          <Generations rows={report.survivors} width={width} />
        </Section>
      ) : null}
      {report.selection === null ? (
        <Section title="Dominators">
          <Dominators report={report} width={width} />
        </Section>
      ) : null}
      {report.allocationSites.length > 0 ? (
        <Section note={note} title="Allocation sites">
          <Sites report={report} width={width} />
        </Section>
      ) : null}
      {report.dump.traced && report.gems.length > 0 ? (
        <Section note={note} title="App and gems">
          <Gems report={report} width={width} />
        </Section>
      ) : null}
      {report.classes.length > 0 ? (
        <Section note={note} title="Classes">
          <Classes report={report} width={width} />
        </Section>
      ) : null}
      {report.duplicateStrings.length > 0 ? (
        <Section note={report.masked ? 'masked; --show-values shows the contents' : note} title="Duplicate strings">
          <Strings report={report} width={width} />
        </Section>
      ) : null}
    </Box>
  )
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
