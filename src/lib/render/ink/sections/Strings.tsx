// Texts that are in memory more than once.
import type {DuplicateString} from '../../../analysis/duplicate-strings.js'
import {formatBytes, formatCount, shortenLeft, shortenRight} from '../../../units.js'
import {formatSite, printable} from '../../site-label.js'
import {type Column, Table} from '../Table.js'
import type {SectionProps} from './props.js'

export function Strings({report, width}: SectionProps) {
  return <Table columns={columns} rows={report.duplicateStrings} width={width} />
}

const columns: ReadonlyArray<Column<DuplicateString>> = [
  {header: 'Text', minWidth: 16, value: row => `"${printable(shortenRight(row.value, 80))}"`},
  {align: 'right', header: 'Copies', value: row => formatCount(row.count)},
  {align: 'right', header: 'Wasted', value: row => formatBytes(row.wasted)},
  {
    dim: true,
    dropOrder: 1,
    header: 'Mostly at',
    minWidth: 16,
    shorten: shortenLeft,
    value: ({sites}) => (sites.length === 0 ? '' : formatSite(sites[0].file, sites[0].line)),
  },
]
