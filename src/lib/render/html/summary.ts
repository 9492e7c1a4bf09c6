// The top of the page: the dump, the verdict, and what the memory of the process is used for.
import type {AnalysisReport} from '../../analysis/report/report.js'
import {verdictOf} from '../../analysis/report/verdict.js'
import {groupBytes, PART_GROUPS} from '../../analysis/tables/part-groups.js'
import type {ProcessParts} from '../../analysis/tables/process-parts.js'
import type {Target} from '../../command-line.js'
import {capitalized, formatBytes, formatCount, formatObjects} from '../../units.js'
import {damageInWords} from '../damage.js'
import {headline} from '../headline.js'
import {notTraced} from '../not-traced.js'
import {GROUP_WORDS} from '../part-words.js'
import {selectionInWords} from '../selection-words.js'
import {percent} from './data-table.js'
import {type Html, html} from './html.js'

export function summary(report: AnalysisReport, title: string, origin: Target): Html {
  const {dump, memory, process, totals, suspects} = report
  const processBytes = process?.rssBytes ?? dump.processBytes
  const {healthy, sentences} = verdictOf(report)
  const tone = healthy ? 'good' : suspects.some(({severity}) => severity === 'high') ? 'bad' : 'look'
  return html`
<section class="hero">
  <p class="what">${title}</p>
  <h1 class="${tone}">${headline(report)}</h1>
  <p class="verdict">${capitalized((healthy ? sentences.slice(1) : sentences).join(' '))}</p>
  <dl class="tiles">
    ${tile('Process', formatBytes(processBytes), processBytes === null ? 'unknown' : 'resident memory')}
    ${tile('Ruby heap', formatBytes(memory.heapBytes), `in ${formatObjects(totals.objects)}`)}
    ${tile('Alive', formatBytes(totals.aliveMemsize), `in ${formatObjects(totals.aliveObjects)}; shares are of this`)}
    ${tile('References', formatCount(totals.references), 'between objects')}
  </dl>
  ${composition(report)}
  ${notes(report, origin).map(note => html`<p class="note warning">${note}</p>`)}
</section>`
}

function tile(name: string, value: string, hint: string): Html {
  return html`<div><dt>${name}</dt><dd>${value}</dd><dd class="hint">${hint}</dd></div>`
}

/** Parts that add up to the process, or to the heap if the size of the process is unknown. */
function composition(report: AnalysisReport): Html {
  const parts = (report.process === null ? partsOfHeap(report) : partsOfProcess(report.process)).filter(
    part => part.bytes > 0,
  )
  const whole = parts.reduce((sum, part) => sum + part.bytes, 0)
  return html`<div class="parts" aria-hidden="true">${parts.map(part => html`<i class="p-${part.kind}" style="width:${percent(part.bytes / whole)}"></i>`)}</div>
  <ul class="parts-key">${parts.map(part => html`<li class="p-${part.kind}"><b>${formatBytes(part.bytes)}</b> ${part.name}</li>`)}</ul>`
}

type CompositionPart = {readonly bytes: number; readonly kind: string; readonly name: string}

function partsOfProcess(process: ProcessParts): readonly CompositionPart[] {
  const bytes = groupBytes(process)
  return PART_GROUPS.map(group => ({bytes: bytes[group], kind: group, name: GROUP_WORDS[group].name}))
}

function partsOfHeap({memory, totals}: AnalysisReport): readonly CompositionPart[] {
  const others = totals.tracerMemsize + totals.agentMemsize
  return [
    {bytes: totals.aliveMemsize, kind: 'alive', name: 'alive'},
    {bytes: memory.heapBytes - totals.aliveMemsize - others, kind: 'garbage', name: 'garbage, not yet collected'},
    {bytes: others, kind: 'tracer', name: 'allocation tracer and agent'},
    {bytes: memory.outsideBytes ?? 0, kind: 'outside', name: 'outside the heap: native memory, fragmentation'},
  ]
}

function notes({dump, selection}: AnalysisReport, origin: Target): string[] {
  return [
    selection === null ? null : `The tables cover part of the heap. ${selectionInWords(selection)}.`,
    ...damageInWords(dump).map(({text}) => text),
    dump.traced ? null : notTraced(origin),
  ].filter(note => note !== null)
}
