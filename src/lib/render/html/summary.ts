// The top of the page: the dump, the verdict, and what the memory of the process is used for.
import type {AnalysisReport} from '../../analysis/report/report.js'
import {verdictOf} from '../../analysis/report/verdict.js'
import {groupBytes} from '../../analysis/tables/part-groups.js'
import type {Target} from '../../command-line.js'
import {formatBytes, formatObjects} from '../../units.js'
import {damageInWords} from '../damage.js'
import {headline} from '../headline.js'
import {notTraced} from '../not-traced.js'
import {selectionInWords} from '../selection-words.js'
import {formatSite} from '../site-label.js'
import {hero} from './hero.js'
import {type Html, html} from './html.js'
import {partsOfProcess} from './process-bar.js'

export function summary(report: AnalysisReport, title: string, origin: Target): Html {
  const {dump, memory, process, totals, suspects} = report
  const processBytes = process?.rssBytes ?? dump.processBytes
  const {healthy, sentences} = verdictOf(report)
  return hero({
    below: html`<dl class="tiles">
    ${processBytes === null ? null : tile('Process', formatBytes(processBytes), 'resident memory')}
    ${tile('Ruby heap', formatBytes(memory.heapBytes), `in ${formatObjects(totals.objects)}`)}
    ${tile('Alive', formatBytes(totals.aliveMemsize), `in ${formatObjects(totals.aliveObjects)}; shares are of this`)}
  </dl>
  ${partsOfProcess([{dump, name: title, parts: process && groupBytes(process), totals}])}`,
    headline: headline(report),
    notes: notes(report, origin),
    // The headline of a healthy heap already says the first sentence.
    text: [...(healthy ? sentences.slice(1) : sentences), ...lineOf(suspects)].join(' '),
    title,
    tone: healthy ? 'good' : suspects.some(({severity}) => severity === 'high') ? 'bad' : 'look',
  })
}

/** The line of code to look at. */
function lineOf([worst]: AnalysisReport['suspects']): string[] {
  const [site] = worst?.severity === 'low' ? [] : (worst?.sites ?? [])
  return site === undefined ? [] : [`Allocated at ${formatSite(site.file, site.line)}.`]
}

function tile(name: string, value: string, hint: string): Html {
  return html`<div><dt>${name}</dt><dd>${value}</dd><dd class="hint">${hint}</dd></div>`
}

function notes({dump, selection}: AnalysisReport, origin: Target): string[] {
  return [
    selection === null ? null : `The tables cover part of the heap. ${selectionInWords(selection)}.`,
    ...damageInWords(dump).map(({text}) => text),
    dump.traced ? null : notTraced(origin),
  ].filter(note => note !== null)
}
