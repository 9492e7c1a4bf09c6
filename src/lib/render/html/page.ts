// The frame of every HTML report: one self-contained file, no network, no fonts, readable without JavaScript.
// Everything from a dump is escaped, and a content security policy allows no script but the page's own.
import {createHash} from 'node:crypto'
import {readFileSync} from 'node:fs'
import {packageFile} from '../../package-file.js'
import {formatTime} from '../../units.js'
import {glossary} from './glossary.js'
import {type Content, type Html, html, raw} from './html.js'

export type PageSection = {
  /** Of the element, for links. */
  readonly id: string
  /** In the navigation. */
  readonly name: string
  /** null: there is nothing to show. */
  readonly content: Html | null
}

export type Page = {
  /** `d41 · ⬢ shop web.1 · puma worker 0`, or a file name. */
  readonly title: string
  /** What comes before the sections: the answer. */
  readonly hero: Html
  readonly sections: readonly PageSection[]
  /** The command that made it: `heapdump:analyze --html`. */
  readonly madeBy: string
  readonly notes: readonly Content[]
  /** The script's input; null: none. */
  readonly data?: Html | null
  readonly createdAt: Date
}

const asset = (name: string): string => readFileSync(packageFile(`dist/assets/${name}`), 'utf8')

/** The whole document. */
export function pageText({title, hero, sections, madeBy, notes, data = null, createdAt}: Page): string {
  const [style, script] = [asset('report.css'), asset('report.js')]
  const hash = createHash('sha256').update(script).digest('base64')
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`
  const shown = sections.filter(({content}) => content !== null)
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<meta name="referrer" content="no-referrer">
<title>${title}: heap dump</title>
<style>${raw(style)}</style>
</head>
<body>
<div class="top"><div class="wide">
  <p class="brand">${raw(LOGO)}<b>heapdump</b></p>
  <nav aria-label="Sections">${shown.map(({id, name}) => html`<a href="#${id}">${name}</a>`)}</nav>
  <button type="button" class="theme js" aria-label="Switch between light and dark">${raw(MOON)}</button>
</div></div>
<main class="wide">
${hero}
${shown.map(({content}) => content)}
</main>
<footer class="wide">
  ${notes.map(note => html`<p>${note}</p>`)}
  <p>Sizes are Ruby's memsize, in decimal units (1 MB = 10⁶ bytes). Times are UTC. Made by heroku ${madeBy},
    ${formatTime(createdAt.getTime())}.</p>
  ${glossary()}
</footer>
${data}
<script>${raw(script)}</script>
</body>
</html>
`.text
}

const LOGO =
  '<svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true"><rect x="1" y="1" width="18" height="5" rx="1.5"/><rect x="1" y="7.5" width="11" height="5" rx="1.5"/><rect x="1" y="14" width="6" height="5" rx="1.5"/></svg>'
const MOON =
  '<svg viewBox="0 0 20 20" width="18" height="18" aria-hidden="true"><path d="M10 2a8 8 0 1 0 0 16z"/><circle cx="10" cy="10" r="7.25" fill="none" stroke="currentColor" stroke-width="1.5"/></svg>'
