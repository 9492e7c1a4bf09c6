// Bars of processes, on one scale: what their memory is used for.
import {heapParts} from '../../analysis/report/heap-parts.js'
import type {DumpFacts} from '../../analysis/report/report.js'
import {type GroupBytes, PART_GROUPS} from '../../analysis/tables/part-groups.js'
import type {Totals} from '../../analysis/tables/totals.js'
import {formatBytes} from '../../units.js'
import {GROUP_WORDS} from '../part-words.js'
import {percent} from './data-table.js'
import {type Html, html} from './html.js'

export type ProcessBar = {
  /** Shown if there are several. */
  readonly name: string
  /** What the agent recorded; null: it did not. */
  readonly parts: GroupBytes | null
  readonly dump: Pick<DumpFacts, 'processBytes'>
  readonly totals: Totals
}

/** `bytes` null: unknown. */
type Part = {readonly kind: string; readonly name: string; readonly bytes: number | null}

/** Parts that add up to the process, or to the heap if the size of the process is unknown. */
export function partsOfProcess(processes: readonly ProcessBar[]): Html {
  const isRecorded = processes.every(({parts}) => parts !== null)
  const bars = processes.map(process => ({
    name: process.name,
    parts: isRecorded && process.parts !== null ? recorded(process.parts) : dumped(process),
  }))
  const sumOf = (parts: readonly Part[]) => parts.reduce((sum, {bytes}) => sum + (bytes ?? 0), 0)
  const largest = Math.max(1, ...bars.map(({parts}) => sumOf(parts)))
  const isThere = (at: number) => bars.some(({parts}) => (parts[at]?.bytes ?? 0) > 0)
  const key = (bars[0]?.parts ?? []).map(({kind, name}, at) => {
    const bytes = bars.map(({parts}) => formatBytes(parts[at]?.bytes ?? null))
    return html`<li class="p-${kind}"><b>${bytes.join(' → ')}</b> ${name}</li>`
  })
  return html`<div class="bars">${bars.map(
    ({name, parts}) => html`
    <div class="bar-row">${bars.length === 1 ? null : html`<span class="bar-name">${name} <b>${formatBytes(sumOf(parts))}</b></span>`}
      <div class="parts" aria-hidden="true" style="width:${percent(sumOf(parts) / largest)}">${parts
        .filter(({bytes}) => (bytes ?? 0) > 0)
        .map(
          ({bytes, kind}) => html`<i class="p-${kind}" style="width:${percent((bytes ?? 0) / sumOf(parts))}"></i>`,
        )}</div></div>`,
  )}</div>
  <ul class="parts-key">${key.filter((_, at) => isThere(at))}</ul>`
}

function recorded(parts: GroupBytes): readonly Part[] {
  return PART_GROUPS.map(kind => ({bytes: parts[kind], kind, name: GROUP_WORDS[kind].name}))
}

function dumped({dump, totals}: ProcessBar): readonly Part[] {
  const {garbage, live, ours, outside} = heapParts(dump, totals)
  return [
    {bytes: live, kind: 'live', name: 'live objects'},
    {bytes: garbage, kind: 'garbage', name: 'garbage, not yet collected'},
    {bytes: ours, kind: 'ours', name: 'allocation tracer and agent'},
    {bytes: outside, kind: 'outside', name: 'outside the heap: native memory, fragmentation'},
  ]
}
