// Equal strings that are kept several times.
import type {DuplicateString} from '../../../analysis/tables/duplicate-strings.js'
import {formatBytes, formatCount} from '../../../units.js'
import {shortenLeft, shortenRight} from '../../text-width.js'
import {type ShowString, stringsOf} from '../../mask.js'
import {formatFirstSite} from '../../site-label.js'
import {type Column, Table} from '../Table.js'
import type {SectionProps} from './props.js'

export function Strings({report, width}: SectionProps) {
  return (
    <Table columns={[stringColumn(stringsOf(report, true)), ...columns]} rows={report.duplicateStrings} width={width} />
  )
}

function stringColumn(show: ShowString): Column<DuplicateString> {
  return {header: 'String', minWidth: 16, value: row => show({...row, value: shortenRight(row.value, 80)})}
}

const columns: ReadonlyArray<Column<DuplicateString>> = [
  {align: 'right', header: 'Copies', value: row => formatCount(row.count)},
  {align: 'right', header: 'Wasted', value: row => formatBytes(row.wasted)},
  {
    dim: true,
    dropOrder: 1,
    header: 'Main allocation site',
    minWidth: 16,
    shorten: shortenLeft,
    value: ({sites}) => formatFirstSite(sites),
  },
]
