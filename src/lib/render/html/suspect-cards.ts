// The suspects, worst first: what holds how much, why, where it was allocated, and what to do.
import type {Suspect} from '../../analysis/suspects/finding.js'
import {isShareOfProcess} from '../../analysis/suspects/rule-ids.js'
import {formatBytes, formatShare, joinUnits} from '../../units.js'
import {formatSite} from '../site-label.js'
import {percent} from './data-table.js'
import {type Html, html} from './html.js'
import type {MapLinks} from './memory-map.js'

type Cards = {
  readonly suspects: readonly Suspect[]
  readonly links: MapLinks
  readonly title?: string
  /** Shown if no suspect is above `low`. */
  readonly healthy?: string
}

export function suspectCards({
  suspects,
  links,
  title = 'Suspects',
  healthy = 'Nothing in this dump looks like a leak or waste.',
}: Cards): Html {
  const accused = suspects.filter(({severity}) => severity !== 'low')
  const others = suspects.filter(({severity}) => severity === 'low')
  return html`
<section id="suspects"><h2>${title}</h2>
  ${accused.length > 0 ? accused.map((suspect, at) => card(suspect, at + 1, links)) : html`<p class="healthy">${healthy}</p>`}
  ${others.length === 0 ? null : html`<h3 class="also">Also seen, no cause for alarm</h3>${others.map(suspect => folded(suspect, links))}`}
</section>`
}

function card(suspect: Suspect, number: number, links: MapLinks): Html {
  const {kind, severity, title, share} = suspect
  return html`
  <article class="suspect ${severity}" id="suspect-${number}">
    <header>
      <span class="pill" title="severity: ${severity}">${kind}</span>
      <h3><span class="rank">${number}</span> ${title}</h3>
      ${size(suspect)}
    </header>
    <div class="meter" aria-hidden="true"><i style="width:${percent(share)}"></i></div>
    ${facts(suspect, links)}
  </article>`
}

function folded(suspect: Suspect, links: MapLinks): Html {
  const {kind, title} = suspect
  return html`
  <details class="suspect low">
    <summary><span class="pill">${kind}</span> <span class="folded-title">${title}</span> ${size(suspect)}</summary>
    ${facts(suspect, links)}
  </details>`
}

function size({retainedSize, rule, share}: Suspect): Html {
  // Of an owner that grew, the share is of its growth, so its size beside it would mislead.
  if (rule === 'growing-owner') return html`<span class="size"><b>${formatShare(share)}</b> of live memory</span>`
  // Every other share is of live memory.
  const base = isShareOfProcess(rule) ? ' of the process' : ''
  return html`<span class="size"><b>${formatBytes(retainedSize)}</b> <span>${formatShare(share)}${base}</span></span>`
}

function facts({ownerAddress, evidence, path, sites, advice}: Suspect, links: MapLinks): Html {
  const inMap = path.findLast(({address}) => links.has(address))
  return html`
    ${advice === '' ? null : html`<p class="advice"><b>What to do</b> ${joinUnits(advice)}</p>`}
    <div class="facts">
      <div>
        ${evidence.length === 0 ? null : html`<h4>Evidence</h4><ul>${evidence.map(line => html`<li>${joinUnits(line)}</li>`)}</ul>`}
        ${sites.length === 0 ? null : html`<h4>Allocation sites</h4><ul class="sites">${sites.map(({file, line}) => html`<li title="${file}"><code>${formatSite(file, line)}</code></li>`)}</ul>`}
      </div>
      ${
        path.length === 0
          ? null
          : html`<div>
        <h4>Path to root</h4>
        <ol class="path">${path.map(step => pathStep(step, ownerAddress, links))}</ol>
        ${inMap === undefined ? null : html`<p class="to-map"><a href="${links.get(inMap.address) ?? ''}">Show in the map</a></p>`}
      </div>`
      }
    </div>`
}

function pathStep(
  {address, label, className, reference}: Suspect['path'][number],
  named: Suspect['ownerAddress'],
  links: MapLinks,
): Html {
  const link = links.get(address)
  const shown = link === undefined ? html`<span>${label}</span>` : html`<a href="${link}">${label}</a>`
  return html`<li${address === named ? html` class="owner"` : null} title="${className} ${address}">${reference === null ? null : html`<em>${reference}</em> `}${shown} <code>${address}</code></li>`
}
