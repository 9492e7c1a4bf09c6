// The table of a process's memory: each part with its share, and what it is.
import type {MemoryPart, ProcessParts} from '../../analysis/tables/process-parts.js'
import {formatBytes, formatShare} from '../../units.js'
import {factsOfProcess, partInWords, PART_NAMES, sortedParts} from '../part-words.js'
import {type Column, dataTable} from './data-table.js'
import {type Html, html} from './html.js'

/** null: the agent did not record it. */
export function memoryParts(process: ProcessParts | null): Html | null {
  if (process === null) return null
  const share = ({bytes}: MemoryPart) => bytes / process.rssBytes
  const columns: ReadonlyArray<Column<MemoryPart>> = [
    {
      cell: part => html`${formatBytes(part.bytes)} <small>${formatShare(share(part))}</small>`,
      header: 'Resident',
      share,
      sortKey: ({bytes}) => bytes,
    },
    {cell: ({kind}) => PART_NAMES[kind], header: 'Part', sortKey: ({kind}) => PART_NAMES[kind]},
    {
      cell: part => partInWords(part, process),
      className: 'quiet',
      header: 'What it is',
      sortKey: part => partInWords(part, process),
    },
  ]
  return dataTable({
    columns,
    hint: `The sum of all parts is the resident memory of the process. ${factsOfProcess(process).join(' ')}`,
    id: 'memory',
    rows: sortedParts(process),
    sortedBy: 'Resident',
    title: 'Process memory',
  })
}
