// The top of a page: the answer in a sentence or two.
import {capitalized, joinUnits} from '../../units.js'
import {type Content, type Html, html} from './html.js'

type Props = {
  readonly title: string
  /** One sentence without a full stop. */
  readonly headline: string
  readonly tone: 'bad' | 'good' | 'look'
  readonly text: string
  readonly below: Content
  readonly notes: readonly string[]
}

export function hero({title, headline, tone, text, below, notes}: Props): Html {
  return html`
<section class="hero">
  <p class="what">${title}</p>
  <h1 class="${tone}">${joinUnits(headline)}</h1>
  <p class="verdict">${joinUnits(capitalized(text))}</p>
  ${below}
  ${notes.map(note => html`<p class="note warning">${note}</p>`)}
</section>`
}
