// Several processes at one moment: the answer, the processes, and what each of them holds under each owner.
import {Box} from 'ink'
import type {OwnerOfProcesses, ProcessesReport, ProcessRow} from '../../analysis/compare/process-table.js'
import type {CommandLine} from '../../command-line.js'
import {formatBytes, formatCount, formatCounted} from '../../units.js'
import {NextCommands} from './NextCommands.js'
import {Section} from './Section.js'
import {Sentences} from './Sentences.js'
import {type Column, Table} from './Table.js'
import {Text} from './Text.js'

type Props = ProcessesReport & {
  readonly app: string | null
  readonly next: readonly CommandLine[]
  readonly width: number
}

type Numbered = ProcessRow & {readonly number: number}

const PROCESSES: ReadonlyArray<Column<Numbered>> = [
  {align: 'right', header: '', value: ({number}) => formatCount(number)},
  {bold: true, header: 'Dump', minWidth: 6, value: ({id}) => id},
  {header: 'Dyno', minWidth: 5, value: ({dyno}) => dyno ?? '–'},
  {header: 'Process', minWidth: 13, value: ({process}) => process ?? '–'},
  {dropOrder: 1, header: 'Release', value: ({release}) => release ?? '–'},
  {align: 'right', header: 'Memory', value: ({memoryBytes}) => formatBytes(memoryBytes)},
  {align: 'right', header: 'Heap', value: ({heapBytes}) => formatBytes(heapBytes)},
  {color: ({leaks}) => (leaks > 0 ? 'red' : undefined), header: 'Verdict', value: verdictOf},
]

function verdictOf({healthy, leaks}: ProcessRow): string {
  if (leaks > 0) return formatCounted(leaks, 'leak')
  return healthy ? 'healthy' : 'no leak'
}

export function ProcessTable({answer, app, next, owners, processes, width}: Props) {
  return (
    <Box flexDirection="column">
      <Text bold wrap="truncate">
        === {formatCounted(processes.length, 'dump')}
        {app === null ? '' : ` of ⬢ ${app}`}
      </Text>
      <Text> </Text>
      <Sentences sentences={answer} width={width} />
      <Section title="Processes">
        <Table columns={PROCESSES} rows={processes.map((one, at) => ({...one, number: at + 1}))} width={width} />
      </Section>
      <Section title="Owners" note="live memory in each process; * a leak there">
        <Table columns={ownerColumns(processes.length)} rows={owners} width={width} />
      </Section>
      <Text> </Text>
      <NextCommands commands={next} width={width} />
    </Box>
  )
}

function ownerColumns(processes: number): ReadonlyArray<Column<OwnerOfProcesses>> {
  const ofProcess = (_: unknown, at: number): Column<OwnerOfProcesses> => ({
    align: 'right',
    // On a narrow terminal, the last ones are left out.
    ...(at < 2 ? {} : {dropOrder: at}),
    color: ({leakIn}) => (leakIn.includes(at) ? 'red' : undefined),
    header: `${at + 1} `,
    value: ({leakIn, memsizes}) => `${formatBytes(memsizes[at] ?? null)}${leakIn.includes(at) ? '*' : ' '}`,
  })
  return [
    {bold: true, header: 'Owner', minWidth: 18, value: ({owner}) => owner},
    ...Array.from({length: processes}, ofProcess),
  ]
}
