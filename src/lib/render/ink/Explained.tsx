// Explains one object, one class with its instances, or one allocation site with its objects.
import {Box} from 'ink'
import type {Explanation} from '../../analysis/explain/explain.js'
import type {ObjectExplanation} from '../../analysis/explain/explain-object.js'
import {formatBytes, formatCount} from '../../units.js'
import {type CommandLine, herokuCommand} from '../../command-line.js'
import type {DumpOnCommandLine} from '../next-after.js'
import {formatSite} from '../site-label.js'
import {DamageNotes} from './DamageNotes.js'
import {ExplainedGroup} from './ExplainedGroup.js'
import {ExplainedObject} from './ExplainedObject.js'
import {NextCommands} from './NextCommands.js'
import {Section} from './Section.js'
import {Text} from './Text.js'
import type {NamedObject} from '../../analysis/objects/object-rows.js'

type Props = {
  readonly explanation: Explanation
  /** The dump's title. */
  readonly title: string
  readonly dump: DumpOnCommandLine
  readonly width: number
}

export function Explained({explanation, title, dump, width}: Props) {
  return (
    <Box flexDirection="column">
      <Text bold wrap="truncate-end">
        === {headingOf(explanation)} · {title}
      </Text>
      <DamageNotes dump={explanation.dump} width={width} />
      <Body explanation={explanation} width={width} />
      <Text> </Text>
      <NextCommands commands={[commandAfter(explanation, dump)]} width={width} />
    </Box>
  )
}

function Body({explanation, width}: {readonly explanation: Explanation; readonly width: number}) {
  switch (explanation.kind) {
    case 'object':
      return <ExplainedObject object={explanation} width={width} />
    case 'site':
      return <ExplainedGroup group={explanation.instances} width={width} withClasses />
    case 'class': {
      const {module, instances} = explanation
      return (
        <Box flexDirection="column">
          {module === null ? null : <ExplainedObject object={module} width={width} brief={instances.objects > 0} />}
          {instances.objects > 0 ? (
            <ExplainedGroup group={instances} width={width} withSites />
          ) : (
            <Section title="Instances">
              <Text>{'   none alive'}</Text>
            </Section>
          )}
        </Box>
      )
    }
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
