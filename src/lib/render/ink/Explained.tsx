// Explains one object, one class with its instances, or one allocation site with its objects.
import {Box} from 'ink'
import type {Explanation} from '../../analysis/explain/explain.js'
import {isAboutInstances, verdictOfExplanation} from '../../analysis/explain/explained-verdict.js'
import type {ObjectExplanation} from '../../analysis/explain/explain-object.js'
import {formatBytes, formatCount} from '../../units.js'
import {type CommandLine, herokuCommand} from '../../command-line.js'
import type {DumpOnCommandLine} from '../next-after.js'
import {formatSite} from '../site-label.js'
import {NO_SOURCE, type ReadSource} from '../source-lines.js'
import {Answer} from './Answer.js'
import {DamageNotes} from './DamageNotes.js'
import {ExplainedGroup} from './ExplainedGroup.js'
import {ExplainedObject} from './ExplainedObject.js'
import {NextCommands} from './NextCommands.js'
import {SourceCode} from './SourceCode.js'
import {Text} from './Text.js'
import type {NamedObject} from '../../analysis/objects/object-rows.js'

type Props = {
  readonly explanation: Explanation
  /** The dump's title. */
  readonly title: string
  readonly dump: DumpOnCommandLine
  readonly width: number
  /** Lists all references of an object. */
  readonly all?: boolean
  /** The code at an allocation site. */
  readonly source?: ReadSource
}

export function Explained({explanation, title, dump, width, all = false, source = NO_SOURCE}: Props) {
  const site = siteOf(explanation)
  return (
    <Box flexDirection="column">
      <Text bold wrap="truncate-end">
        === {headingOf(explanation)} · {title}
      </Text>
      <Answer sentences={verdictOfExplanation(explanation)} width={width} />
      {site === null ? null : (
        <Box marginLeft={1}>
          <SourceCode line={site.line} source={source(site.file, site.line)} width={width - 1} />
        </Box>
      )}
      <DamageNotes dump={explanation.dump} width={width} />
      <Body all={all} explanation={explanation} width={width} />
      <Text> </Text>
      <NextCommands commands={[commandAfter(explanation, dump)]} width={width} />
    </Box>
  )
}

function Body({explanation, width, all}: Pick<Props, 'explanation' | 'width'> & {readonly all: boolean}) {
  switch (explanation.kind) {
    case 'object':
      return <ExplainedObject all={all} object={explanation} width={width} />
    case 'site':
      return <ExplainedGroup group={explanation.instances} width={width} withClasses />
    case 'class': {
      const {module, instances} = explanation
      const hasInstances = instances.objects > 0
      const itself = module && (
        <ExplainedObject all={all} brief={hasInstances} key="class" object={module} width={width} />
      )
      const group = hasInstances ? <ExplainedGroup group={instances} key="instances" width={width} withSites /> : null
      return <Box flexDirection="column">{isAboutInstances(explanation) ? [group, itself] : [itself, group]}</Box>
    }
  }
}

/** The line that is asked about, or that allocated the object. */
function siteOf(explanation: Explanation): {readonly file: string; readonly line: number | null} | null {
  switch (explanation.kind) {
    case 'object':
      return explanation.site
    case 'site':
      return explanation
    case 'class':
      return null
  }
}

function headingOf(explanation: Explanation): string {
  switch (explanation.kind) {
    case 'object':
      return `${explanation.label} ${explanation.address}`
    case 'class': {
      const {objects, memsize} = explanation.instances
      if (objects === 0 && explanation.module !== null) return explanation.module.label
      return `${explanation.name}: ${formatCount(objects)} ${objects === 1 ? 'instance' : 'instances'}, ${formatBytes(memsize)}`
    }

    case 'site': {
      const {objects, memsize} = explanation.instances
      return `${formatSite(explanation.file, explanation.line)}: ${formatCount(objects)} ${objects === 1 ? 'object' : 'objects'}, ${formatBytes(memsize)}`
    }
  }
}

function commandAfter(explanation: Explanation, {name, target}: DumpOnCommandLine): CommandLine {
  const what = nextOf(explanation)
  return what === undefined
    ? herokuCommand('heapdump:analyze', [name], target)
    : herokuCommand('heapdump:explain', [name], target, [what])
}

/** The most interesting address to explain next. */
function nextOf(explanation: Explanation): string | undefined {
  switch (explanation.kind) {
    case 'class':
      return (
        largestOf(explanation.instances.largest) ??
        (explanation.module === null ? undefined : nextBelow(explanation.module))
      )
    case 'site':
      return largestOf(explanation.instances.largest)
    case 'object':
      return nextBelow(explanation)
  }
}

/** The largest that is not the tracer's. */
function largestOf(rows: ReadonlyArray<Pick<NamedObject, 'address' | 'role'>>): string | undefined {
  return rows.find(({role}) => role !== 'tracer')?.address
}

/** Down to where the memory is; up from a leaf. */
function nextBelow({descent, children, dominators, className}: ObjectExplanation): string {
  return descent.steps.at(-1)?.address ?? children[0]?.addresses[0] ?? dominators.steps.at(-2)?.address ?? className
}
