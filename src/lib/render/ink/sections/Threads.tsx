// Threads and fibers by name, a pool in one row: what each runs, and what only its stack and variables keep alive.
import type {ThreadGroup} from '../../../analysis/objects/threads.js'
import {capitalized, formatBytes, formatCount} from '../../../units.js'
import {shortenLeft} from '../../text-width.js'
import {formatSite} from '../../site-label.js'
import {type Column, Table} from '../Table.js'
import type {SectionProps} from './props.js'
import {Text} from '../Text.js'

export function Threads({report, width}: SectionProps) {
  if (report.threadGroups.length === 0) return <Text>{'   none in this dump'}</Text>
  return <Table columns={columns} rows={report.threadGroups} width={width} />
}

function named({kind, name, threads}: ThreadGroup): string {
  const times = threads === 1 ? '' : `${formatCount(threads)} × `
  return `${times}${name === null ? capitalized(kind) : `"${name}"`}${name !== null && kind === 'fiber' ? ' (fiber)' : ''}`
}

function runs({runs: name, site}: ThreadGroup): string {
  const started = site === null ? '' : formatSite(site.file, site.line)
  return [name ?? '', started].filter(Boolean).join(', ')
}

function held({holds}: ThreadGroup): string {
  return holds.map(({objects, label}) => (objects === 1 ? label : `${formatCount(objects)} × ${label}`)).join(' · ')
}

const columns: ReadonlyArray<Column<ThreadGroup>> = [
  {bold: true, header: 'Thread', minWidth: 14, value: named},
  {align: 'right', header: 'Retained', value: row => formatBytes(row.retainedSize)},
  {header: 'Runs', minWidth: 20, shorten: shortenLeft, value: runs},
  {header: 'Keeps alive', minWidth: 20, value: held},
  {dim: true, dropOrder: 1, header: 'Address', value: row => row.address},
]
