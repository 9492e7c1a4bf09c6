// Why one object is alive, drawn as the path from the root to the object and on to what it holds, with its facts.
import {Box} from 'ink'
import type {AlikeRow} from '../../analysis/objects/alike.js'
import type {ObjectExplanation, ReferenceRow, ReferenceRows} from '../../analysis/explain/explain-object.js'
import type {PathStep} from '../../analysis/objects/path-steps.js'
import {formatBytes, formatCount, formatObjects} from '../../units.js'
import {formatSite} from '../site-label.js'
import {Section} from './Section.js'
import {type Column, Table} from './Table.js'
import {Tree, type TreeLine} from './Tree.js'
import {Text} from './Text.js'
import {isModuleRole} from '../../analysis/objects/roles.js'

type Props = {
  readonly object: ObjectExplanation
  readonly width: number
  /** A class above its instances: leaves out the reference tables, since more follows below. */
  readonly brief?: boolean
}

export function ExplainedObject({object, width, brief = false}: Props) {
  return (
    <Box flexDirection="column">
      <Facts object={object} />
      {object.reachable ? (
        <Section title={brief ? 'Why the class itself is alive' : 'Why it is alive'}>
          <Tree lines={treeOf(object)} width={width} />
        </Section>
      ) : (
        <Section title="Not alive">
          <Text>{'   No path to root: it is garbage, not yet collected.'}</Text>
        </Section>
      )}
      {object.reachable ? (
        <Text>
          <Text> Retained size{brief ? ' of the class' : ''}: </Text>
          <Text bold>{formatBytes(object.retainedSize)}</Text> in {formatObjects(object.retainedObjects)}
        </Text>
      ) : null}
      {object.retainedByClass.length > 1 && !brief ? (
        <Section title="Retained objects by class">
          <Table columns={classColumns} rows={object.retainedByClass} width={width} />
        </Section>
      ) : null}
      {brief ? null : <References rows={object.referrers} title="Referrers" width={width} />}
      {brief ? null : <References rows={object.references} title="References" width={width} />}
    </Box>
  )
}

function Facts({object}: {readonly object: ObjectExplanation}) {
  const {site, generation, value, variables, flags} = object
  const where =
    site === null
      ? ''
      : `allocated at ${formatSite(site.file, site.line)}${site.method === null ? '' : ` in ${site.method}`}`
  const when = generation === null ? '' : `${where === '' ? 'allocated in ' : ', '}generation ${generation}`
  const facts = [
    object.type,
    formatBytes(object.memsize),
    ...flags.map(flag => (flag === 'tooComplex' ? 'shape too complex' : flag)),
  ].join(', ')
  return (
    <Box flexDirection="column" marginLeft={1}>
      <Text dimColor wrap="truncate">
        {facts}
        {where + when === '' ? '' : `; ${where}${when}`}
      </Text>
      {variables.length > 0 ? (
        <Text dimColor wrap="truncate">
          {variables.join(' ')}
        </Text>
      ) : null}
      {value === null ? null : <Text wrap="wrap">"{value}"</Text>}
    </Box>
  )
}

function treeOf(object: ObjectExplanation): TreeLine[] {
  const {steps} = object.pathFromRoot
  const lines: TreeLine[] = [{depth: 0, label: steps[0]?.reference ?? 'ROOT'}]
  steps.forEach((step, at) => {
    const here = at === steps.length - 1
    lines.push({...lineOf(step, at + 1, at === 0), bold: here, dim: !step.dominates, note: noteOf(step, here)})
  })
  const start = steps.length + 1
  object.descent.steps.forEach((step, at) => lines.push({...lineOf(step, start + at, false), note: noteOf(step, true)}))
  const depth = start + object.descent.steps.length
  object.children.forEach((child, at) => lines.push(childLine(child, depth, at === object.children.length - 1)))
  return lines
}

function lineOf(step: PathStep, depth: number, first: boolean): TreeLine {
  return {
    depth,
    label: step.label,
    reference: first ? null : step.reference,
    right: step.dominates || step.retainedSize > 0 ? formatBytes(step.retainedSize) : '',
  }
}

function noteOf(step: PathStep, dominates: boolean): string {
  if (step.times > 1)
    return step.role === 'omitted' ? '' : `× ${formatCount(step.times)}, each held by the previous one`
  if (dominates || step.dominates) return isModuleRole(step.role) ? '' : step.address
  return 'not the only path'
}

function childLine(child: AlikeRow, depth: number, last: boolean): TreeLine {
  const one = child.objects === 1
  return {
    depth,
    label: one ? child.label : `${formatCount(child.objects)} × ${child.label}`,
    last,
    note: one ? (child.addresses[0] ?? '') : '',
    reference: child.reference === 'element' || child.reference === 'key or value' ? null : child.reference,
    right: formatBytes(child.retainedSize),
  }
}

function References({
  rows,
  title,
  width,
}: {
  readonly rows: ReferenceRows
  readonly title: string
  readonly width: number
}) {
  if (rows.objects === 0) return null
  return (
    <Section
      note={`${formatCount(rows.objects)}, ${rows.owning === rows.objects ? 'all' : formatCount(rows.owning)} owning`}
      title={title}
    >
      <Table columns={referenceColumns} rows={rows.rows} width={width} />
    </Section>
  )
}

const NOT_OWNING = {cache: 'cache', incidental: 'incidental', owning: 'no'} as const

const referenceColumns: ReadonlyArray<Column<ReferenceRow>> = [
  {
    header: 'Object',
    minWidth: 16,
    value: row => (row.objects === 1 ? row.label : `${formatCount(row.objects)} × ${row.label}`),
  },
  {dim: true, header: 'Address', value: row => (row.objects === 1 ? (row.addresses[0] ?? '') : '')},
  {dim: true, dropOrder: 2, header: 'Reference', value: row => row.reference ?? ''},
  {
    color: row => (row.owns ? 'yellow' : undefined),
    header: 'Owning',
    value: row => (row.owns ? 'yes' : NOT_OWNING[row.strength]),
  },
  {align: 'right', header: 'Retained', value: row => formatBytes(row.retainedSize)},
]

const classColumns: ReadonlyArray<Column<ObjectExplanation['retainedByClass'][number]>> = [
  {header: 'Class', minWidth: 20, value: row => row.name},
  {align: 'right', header: 'Shallow', value: row => formatBytes(row.memsize)},
  {align: 'right', header: 'Objects', value: row => formatCount(row.objects)},
]
