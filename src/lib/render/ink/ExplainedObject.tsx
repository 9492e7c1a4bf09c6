// Why one object is alive, drawn as the path from the root to the object and on to what it holds, with its facts.
import {Box} from 'ink'
import type {Below, ObjectExplanation, ReferenceRow, ReferenceRows} from '../../analysis/explain/explain-object.js'
import type {PathStep} from '../../analysis/objects/path-steps.js'
import type {Holding} from '../../analysis/explain/holdings.js'
import {formatBytes, formatCount, formatCounted} from '../../units.js'
import {formatSite} from '../site-label.js'
import {Paragraph} from './Paragraph.js'
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
  /** Lists all references. */
  readonly all?: boolean
}

export function ExplainedObject({object, width, brief = false, all = false}: Props) {
  return (
    <Box flexDirection="column">
      {object.reachable ? (
        <Section title={brief ? 'Why the class itself is alive' : 'Why it is alive'}>
          <Tree lines={treeOf(object)} width={width} />
          <OtherOwners all={all} object={object} />
        </Section>
      ) : null}
      <Facts object={object} width={width} />
      {object.retainedByClass.length > 1 && !brief ? (
        <Section title="Retained objects by class">
          <Table columns={classColumns} rows={object.retainedByClass} width={width} />
        </Section>
      ) : null}
      {!all && object.otherOwners > 0 ? (
        <References rows={ownersAmong(object.referrers)} title="Owners" width={width} />
      ) : null}
      {all ? <References rows={object.referrers} title="Referrers" width={width} /> : null}
      {all ? <References rows={object.references} title="References" width={width} /> : null}
    </Box>
  )
}

/** Below the path: whether anything else would keep the object. */
function OtherOwners({
  object: {otherOwners: others, referrers},
  all,
}: {
  readonly object: ObjectExplanation
  readonly all: boolean
}) {
  const incidental = referrers.objects - referrers.owning
  return (
    <Text wrap="truncate">
      {'   '}
      {others === 0 ? 'No other owner.' : `${formatCounted(others, 'other owner')}: listed below.`}
      {all || incidental === 0 ? '' : ` ${formatCounted(incidental, 'incidental reference')}: --all`}
    </Text>
  )
}

/** Without those that the object itself keeps alive. */
function ownersAmong({rows}: ReferenceRows): ReferenceRows {
  const owners = rows.filter(({isBelow, owns}) => owns && !isBelow)
  const objects = owners.reduce((sum, row) => sum + row.objects, 0)
  return {objects, owning: objects, rows: owners}
}

function Facts({object, width}: {readonly object: ObjectExplanation; readonly width: number}) {
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
    <Box flexDirection="column" marginLeft={1} marginTop={1}>
      <Paragraph dimColor width={width - 1}>
        {`${facts}${where + when === '' ? '' : `; ${where}${when}`}`}
      </Paragraph>
      {variables.length > 0 ? (
        <Paragraph dimColor width={width - 1}>
          {variables.join(' ')}
        </Paragraph>
      ) : null}
      {value === null ? null : <Text wrap="wrap">"{value}"</Text>}
    </Box>
  )
}

function treeOf(object: ObjectExplanation): TreeLine[] {
  const {steps: all} = object.pathFromRoot
  // Object holds all constants.
  const isConstant = all.length > 1 && all[0]?.role === 'top-level' && all[0].reference === 'ROOT VM'
  const steps = isConstant ? all.slice(1) : all
  const lines: TreeLine[] = isConstant ? [] : [{depth: 0, label: steps[0]?.reference ?? 'ROOT'}]
  const top = lines.length
  steps.forEach((step, at) => {
    const here = at === steps.length - 1
    const line = lineOf(step, at + top, at === 0)
    lines.push({
      ...line,
      ...(here ? markIn(object.accumulatesIn, step) : {}),
      bold: here,
      dim: !step.dominates,
      note: noteOf(step, here),
    })
  })
  return [...lines, ...linesBelow(object, steps.length + top)]
}

/** What an object holds, down to where the memory is. */
export function linesBelow({accumulatesIn, children, descent}: Below, start: number): TreeLine[] {
  return [
    ...descent.steps.map((step, at) => ({
      ...lineOf(step, start + at, false),
      ...markIn(accumulatesIn, step),
      note: noteOf(step, true),
    })),
    ...children.flatMap((child, at) => holdingLines(child, start + descent.steps.length, at === children.length - 1)),
  ]
}

function markIn(place: Below['accumulatesIn'], {address}: PathStep): Pick<TreeLine, 'mark'> {
  return address === place?.address ? {mark: '← accumulates here'} : {}
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

function holdingLines(holding: Holding, depth: number, last: boolean): TreeLine[] {
  const one = holding.objects === 1
  // What each of them holds one or more of, and nothing else, is on the same line.
  const [only, ...others] = holding.holds
  const joined = only !== undefined && others.length === 0 && only.holds.length === 0 ? only : null
  const line = {
    after: sitesOf(holding, joined),
    depth,
    label: `${countedLabel(holding)}${joined === null ? '' : ` → ${countedLabel(joined)}`}`,
    last,
    note: one ? (holding.addresses[0] ?? '') : '',
    reference: holding.reference === 'element' || holding.reference === 'key or value' ? null : holding.reference,
    right: formatBytes(holding.retainedSize),
  }
  if (joined !== null) return [line]
  return [line, ...holding.holds.flatMap((held, at) => holdingLines(held, depth + 1, at === holding.holds.length - 1))]
}

function countedLabel({objects, label}: Holding): string {
  return objects === 1 ? label : `${formatCount(objects)} × ${label}`
}

/** `lib/price_list.rb:14, :13`. */
function sitesOf({site}: Holding, joined: Holding | null): string {
  if (site === null) return ''
  const other = joined?.site ?? null
  const isNear = other !== null && other.file === site.file && other.line !== null && other.line !== site.line
  return `${formatSite(site.file, site.line)}${isNear ? `, :${other.line}` : ''}`
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
