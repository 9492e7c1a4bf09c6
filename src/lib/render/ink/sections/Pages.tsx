// Ruby's heap pages: how full they are, and what compaction could free.
import {Box} from 'ink'
import type {PageRow, SlotSizeRow} from '../../../analysis/tables/heap-pages.js'
import {formatCount, formatObjects, formatShare} from '../../../units.js'
import {drawBar} from '../Generations.js'
import {Section} from '../Section.js'
import {type Column, Table} from '../Table.js'
import type {SectionProps} from './props.js'
import {Text} from '../Text.js'

export function Pages({report, width}: SectionProps) {
  const {pages, bySlotSize, byFill, emptiest, elsewhere} = report.pages
  if (pages === 0) return <Text>{'   No heap pages found: the addresses in this dump do not fit any.'}</Text>
  return (
    <Box flexDirection="column">
      {elsewhere > 0 ? (
        <Text dimColor>
          {'   '}
          {formatObjects(elsewhere)} outside any page.
        </Text>
      ) : null}
      <Section title="Pages by slot size">
        <Table columns={slotColumns} rows={bySlotSize} width={width} />
      </Section>
      <Section title="Pages by fill level">
        <Fill byFill={byFill} width={width} />
      </Section>
      <Section note="an old object pins its page" title="Least full pages">
        <Table columns={pageColumns} rows={emptiest} width={width} />
      </Section>
    </Box>
  )
}

function Fill({byFill, width}: {readonly byFill: readonly number[]; readonly width: number}) {
  const most = Math.max(1, ...byFill)
  const barWidth = Math.max(8, Math.min(60, width - 30))
  return (
    <Box flexDirection="column" marginLeft={1}>
      {byFill.map((pages, tenth) => (
        <Text key={tenth} wrap="truncate">
          {`${tenth * 10}–${tenth * 10 + 10} %`.padStart(9)}
          {'  '}
          {drawBar(pages / most, barWidth).padEnd(barWidth)}
          {formatCount(pages).padStart(9)}
        </Text>
      ))}
    </Box>
  )
}

const slotColumns: ReadonlyArray<Column<SlotSizeRow>> = [
  {align: 'right', header: 'Slot', value: row => `${row.slotSize} B`},
  {align: 'right', header: 'Pages', value: row => formatCount(row.pages)},
  {align: 'right', header: 'Slots', value: row => formatCount(row.slots)},
  {align: 'right', header: 'Objects', value: row => formatCount(row.objects)},
  {align: 'right', header: 'In use', value: row => formatShare(row.objects / row.slots)},
  {align: 'right', dim: true, header: 'Pages needed', value: row => formatCount(row.pagesNeeded)},
]

const pageColumns: ReadonlyArray<Column<PageRow>> = [
  {header: 'Page', value: row => row.address},
  {align: 'right', header: 'Slot', value: row => `${row.slotSize} B`},
  {align: 'right', header: 'In use', value: row => formatShare(row.objects / row.slots)},
  {align: 'right', header: 'Objects', value: row => formatCount(row.objects)},
  {align: 'right', dim: true, header: 'Old objects', value: row => formatCount(row.oldObjects)},
]
