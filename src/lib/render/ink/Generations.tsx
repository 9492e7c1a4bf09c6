// Live objects by generation: one bar each, with neighbours merged if there are too many.
import {Box} from 'ink'
import type {GenerationRow} from '../../analysis/tables/generations.js'
import {formatBytes, formatShortCount} from '../../units.js'
import {Text} from './Text.js'

type Props = {
  readonly rows: readonly GenerationRow[]
  readonly width: number
  /** Most rows to draw. */
  readonly height?: number
}

type Bar = {readonly label: string; readonly traced: boolean; readonly objects: number; readonly memsize: number}

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const

/** At most `limit` bars; untraced objects have their own. */
function barsOf(rows: readonly GenerationRow[], limit: number): readonly Bar[] {
  const untraced = rows.filter(row => row.generation === null)
  const traced = rows.filter(row => row.generation !== null)
  const perBar = Math.ceil(traced.length / Math.max(1, limit - untraced.length))
  const bars: Bar[] = untraced.map(row => ({
    label: 'before tracing',
    memsize: row.memsize,
    objects: row.objects,
    traced: false,
  }))
  for (let start = 0; start < traced.length; start += perBar) {
    const group = traced.slice(start, start + perBar)
    const [first, last] = [group[0]?.generation, group.at(-1)?.generation]
    bars.push({
      label: first === last ? `GC ${first}` : `GC ${first}–${last}`,
      memsize: group.reduce((sum, row) => sum + row.memsize, 0),
      objects: group.reduce((sum, row) => sum + row.objects, 0),
      traced: true,
    })
  }

  return bars
}

export function drawBar(share: number, width: number): string {
  const eighths = Math.round(share * width * 8)
  const bar = '█'.repeat(Math.floor(eighths / 8)) + EIGHTHS[eighths % 8]
  return bar === '' && share > 0 ? EIGHTHS[1] : bar
}

export function Generations({rows, width, height = 12}: Props) {
  const bars = barsOf(rows, height)
  const largest = Math.max(1, ...bars.map(bar => bar.memsize))
  const labelWidth = Math.max(...bars.map(bar => bar.label.length))
  const barWidth = Math.max(8, Math.min(60, width - labelWidth - 27))
  return (
    <Box flexDirection="column" marginLeft={1}>
      {bars.map(bar => (
        <Text key={bar.label} wrap="truncate">
          {bar.label.padStart(labelWidth)}
          {'  '}
          <Text dimColor={!bar.traced}>{drawBar(bar.memsize / largest, barWidth).padEnd(barWidth)}</Text>
          {formatBytes(bar.memsize).padStart(9)}
          {formatShortCount(bar.objects).padStart(8)} obj
        </Text>
      ))}
    </Box>
  )
}
