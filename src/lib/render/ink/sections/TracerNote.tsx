// The allocation tracer is an object of the dump, and in no share of it: a row that holds it would not add up unsaid.
import type {AnalysisReport} from '../../../analysis/report.js'
import {formatBytes} from '../../../units.js'
import {Text} from '../Text.js'

type Props = {
  readonly totals: AnalysisReport['totals']
  readonly rows: ReadonlyArray<{readonly name: string; readonly memsize: number; readonly share: number}>
}

export function TracerNote({totals: {memsize, tracerMemsize}, rows}: Props) {
  const whole = memsize - tracerMemsize
  // What the row has beyond its share of the whole: nothing, or the tracer.
  const holder = tracerMemsize === 0 ? undefined : rows.find(row => row.memsize - row.share * whole > tracerMemsize / 2)
  if (holder === undefined) return null
  return <Text dimColor> {holder.name}: {formatBytes(tracerMemsize)} of it are the allocation tracer, which is in no share.</Text>
}
