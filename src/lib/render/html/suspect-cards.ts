// The suspects, worst first: what holds how much, why, where it was allocated, and what to do.
import type {Suspect} from '../../analysis/suspects/finding.js'
import {formatBytes, formatShare} from '../../units.js'
import {formatSite} from '../site-label.js'
import {percent} from './data-table.js'
import {type Html, html} from './html.js'

export function suspectCards(suspects: readonly Suspect[]): Html {
  const accused = suspects.filter(({severity}) => severity !== 'low')
  const others = suspects.filter(({severity}) => severity === 'low')
  return html`
<section id="suspects"><h2>Suspects</h2>
  ${accused.length > 0 ? accused.map((suspect, at) => card(suspect, at + 1)) : html`<p class="healthy">Nothing in this dump looks like a leak or waste.</p>`}
  ${others.length === 0 ? null : html`<h3 class="also">Also seen, no cause for alarm</h3>${others.map(folded)}`}
</section>`
}

function card(suspect: Suspect, number: number): Html {
  const {kind, severity, title, share} = suspect
  return html`
  <article class="suspect ${severity}">
    <header>
      <span class="pill" title="severity: ${severity}">${kind}</span>
      <h3><span class="rank">${number}</span> ${title}</h3>
      ${size(suspect)}
    </header>
    <div class="meter" aria-hidden="true"><i style="width:${percent(share)}"></i></div>
    ${facts(suspect)}
  </article>`
}

function folded(suspect: Suspect): Html {
  const {kind, title} = suspect
  return html`
  <details class="suspect low">
    <summary><span class="pill">${kind}</span> <span class="folded-title">${title}</span> ${size(suspect)}</summary>
    ${facts(suspect)}
  </details>`
}

function size({retainedSize, share}: Suspect): Html {
  return html`<span class="size"><b>${formatBytes(retainedSize)}</b> <span>${formatShare(share)}</span></span>`
}

function facts({ownerAddress, evidence, path, sites, advice}: Suspect): Html {
  return html`
    ${advice === '' ? null : html`<p class="advice"><b>What to do</b> ${advice}</p>`}
    <div class="facts">
      <div>
        ${evidence.length === 0 ? null : html`<h4>Evidence</h4><ul>${evidence.map(line => html`<li>${line}</li>`)}</ul>`}
        ${sites.length === 0 ? null : html`<h4>Allocation sites</h4><ul class="sites">${sites.map(({file, line}) => html`<li title="${file}"><code>${formatSite(file, line)}</code></li>`)}</ul>`}
      </div>
      ${
        path.length === 0
          ? null
          : html`<div>
        <h4>Path to root</h4>
        <ol class="path">${path.map(step => pathStep(step, ownerAddress))}</ol>
      </div>`
      }
    </div>`
}

function pathStep(
  {address, label, className, reference}: Suspect['path'][number],
  named: Suspect['ownerAddress'],
): Html {
  return html`<li${address === named ? html` class="owner"` : null} title="${className} ${address}">${reference === null ? null : html`<em>${reference}</em> `}<span>${label}</span> <code>${address}</code></li>`
}
