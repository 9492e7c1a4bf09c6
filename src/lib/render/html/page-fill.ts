// Fragmentation of Ruby's heap as pictures: how many pages are how full, and how full the pages of each slot size are.
import type {HeapPages} from '../../analysis/tables/heap-pages.js'
import {formatBytes, formatCount, formatCounted, formatShare} from '../../units.js'
import {percent} from './data-table.js'
import {term} from './glossary.js'
import {type Html, html} from './html.js'

export function pageFill(pages: HeapPages): Html | null {
  if (pages.pages === 0) return null
  const most = Math.max(1, ...pages.byFill)
  return html`
<section class="panel" id="pages">
  <header class="panel-head"><h2>Fragmentation of the heap</h2><p>${answer(pages)}</p></header>
  <div class="facts">
    <div><h3 class="small">Pages by fill level</h3>
      <ol class="fill">${pages.byFill.map(
        (count, tenth) =>
          html`<li title="${formatCounted(count, 'page')} at ${tenth * 10} to ${tenth * 10 + 10} %"><b>${count === 0 ? null : formatCount(count)}</b><i style="--share:${Math.round((count / most) * 1e4) / 1e4}"></i><span>${tenth * 10} %</span></li>`,
      )}</ol></div>
    <div><h3 class="small">Slots in use, by slot size</h3>
      <ul class="sites slots">${pages.bySlotSize.map(
        ({slotSize, pages: count, objects, slots}) =>
          html`<li><b>${slotSize} B</b><span class="track"><i style="width:${percent(objects / slots)}"></i></span><span>${formatShare(objects / slots)} of ${formatCounted(count, 'page')}</span></li>`,
      )}</ul></div>
  </div>
</section>`
}

function answer({fragmentedBytes, freeBytes, objects, pageBytes, pages, slots}: HeapPages): Html {
  const compaction =
    fragmentedBytes > 0
      ? `Compaction could free about ${formatBytes(fragmentedBytes)}.`
      : 'Compaction would free nothing.'
  const used = `${formatShare(objects / slots)} of the slots are in use, ${formatBytes(freeBytes)} is free.`
  return html`${formatCount(pages)} ${term('heap page', pages === 1 ? 'page' : 'pages')},
    ${formatBytes(pages * pageBytes)}: ${used} A single object keeps its page. ${compaction}`
}
