// The dumps in the bucket, newest first, below what they say together.
import {Box} from 'ink'
import {herokuCommand, type Target} from '../../command-line.js'
import type {StoredDump} from '../../store/store.js'
import {formatAge, formatBytes, formatDuration, formatShortCount} from '../../units.js'
import {grownPart} from '../grown-part.js'
import {NextCommands} from './NextCommands.js'
import {Sentences} from './Sentences.js'
import {type Column, Table} from './Table.js'
import {Text} from './Text.js'

type Props = {
  readonly dumps: readonly StoredDump[]
  readonly title: string
  /** Of all dumps, also those that are not shown. */
  readonly verdict: readonly string[]
  /** Epoch ms, so that a screen is a function of its props. */
  readonly nowMs: number
  readonly target: Target
  readonly width: number
}

function traced(dump: StoredDump): string {
  if (dump.traced === null) return '?'
  if (!dump.traced) return '–'
  return dump.tracedSeconds === null ? 'boot' : formatDuration(dump.tracedSeconds)
}

function contents(dump: StoredDump): string {
  if (dump.redacted === null) return '?'
  return dump.redacted ? 'redacted' : 'plain'
}

function columns(nowMs: number, dumps: readonly StoredDump[]): ReadonlyArray<Column<StoredDump>> {
  return [
    {bold: true, header: 'ID', value: dump => dump.id},
    {header: 'When', value: dump => (dump.complete ? formatAge(Date.parse(dump.createdAt), nowMs) : 'uploading')},
    {header: 'Dyno', minWidth: 8, value: dump => dump.dyno ?? '–'},
    {header: 'Process', minWidth: 13, value: dump => dump.process ?? '–'},
    {align: 'right', dropOrder: 3, header: 'PID', value: dump => (dump.pid === null ? '–' : String(dump.pid))},
    {align: 'right', header: 'Memory', value: dump => formatBytes(dump.memoryBytes)},
    ...(dumps.some(dump => grownPart(dump, dumps) !== '')
      ? [{dropOrder: 6, header: 'Grew most', value: (dump: StoredDump) => grownPart(dump, dumps)}]
      : []),
    {align: 'right', header: 'Objects', value: dump => formatShortCount(dump.objects)},
    {align: 'right', dropOrder: 4, header: 'Size', value: dump => formatBytes(dump.bytes)},
    {align: 'right', header: 'Stored', value: dump => formatBytes(dump.storedBytes)},
    {header: 'Traced', value: traced},
    {dropOrder: 1, header: 'Strings', value: contents},
    {dropOrder: 5, header: 'Rule', value: dump => dump.by ?? '–'},
    {dropOrder: 2, header: 'Release', value: dump => dump.release ?? '–'},
  ]
}

export function DumpList({dumps, title, verdict, nowMs, target, width}: Props) {
  const latest = dumps.find(dump => dump.complete)
  return (
    <Box flexDirection="column">
      <Text bold>=== {title}</Text>
      <Sentences sentences={verdict} width={width} />
      <Text> </Text>
      <Table columns={columns(nowMs, dumps)} rows={dumps} width={width} />
      <Text> </Text>
      {latest ? (
        <NextCommands commands={[herokuCommand('heapdump:analyze', [latest.id], target)]} width={width} />
      ) : null}
    </Box>
  )
}
