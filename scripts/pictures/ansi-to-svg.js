// Draws a terminal screen as SVG: lines of text with the few styles that our screens use.

const FONT_SIZE = 14
const CHARACTER = FONT_SIZE * 0.6
const LINE = 20
const MARGIN = 20
const BAR = 34

/** Colours of a dark terminal, all readable on its background. */
const COLOURS = {
  31: '#ff7b72',
  32: '#7ee787',
  33: '#e3b341',
  34: '#79a8ff',
  35: '#d2a8ff',
  36: '#79c0ff',
  90: '#8b949e',
}
/** `ESC [ 31 m` */
const STYLE = new RegExp(String.raw`(${String.fromCodePoint(27)}\[\d+m)`)
const PLAIN = {bold: false, colour: null, dim: false}

const escape = text => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** Splits a line into parts of one style each; also returns the style at the end of the line. */
function partsOf(line, before) {
  let style = before
  const parts = []
  for (const piece of line.split(STYLE)) {
    const code = STYLE.test(piece) ? piece.slice(2, -1) : undefined
    if (code === undefined) {
      if (piece !== '') parts.push({style, text: piece})
    } else if (code === '1') style = {...style, bold: true}
    else if (code === '2') style = {...style, dim: true}
    else if (code === '22') style = {...style, bold: false, dim: false}
    else if (code === '39') style = {...style, colour: null}
    else if (COLOURS[code]) style = {...style, colour: COLOURS[code]}
    else throw new Error(`unsupported style: ${JSON.stringify(piece)}`)
  }

  return {parts, style}
}

function attributesOf({bold, colour, dim}) {
  return `${bold ? ' font-weight="bold"' : ''}${colour ? ` fill="${colour}"` : dim ? ' fill="#8b949e"' : ''}`
}

/**
 * @param {string} screen text with escapes @param {{columns: number, title: string}} options `title`: for screen
 * readers
 */
export function ansiToSvg(screen, {columns, title}) {
  const lines = screen.replace(/\n+$/, '').split('\n')
  const [width, height] = [Math.ceil(columns * CHARACTER) + 2 * MARGIN, lines.length * LINE + BAR + MARGIN]
  let style = PLAIN
  const rows = lines.map((line, row) => {
    let column = 0
    const read = partsOf(line, style)
    style = read.style
    const spans = read.parts.flatMap(part => {
      const start = column
      column += [...part.text].length
      // Each run of words has its own position and width, so that columns line up in any font, however the viewer
      // treats spaces.
      return [...part.text.matchAll(/\S+(?: \S+)*/g)].map(({0: words, index}) => {
        const x = MARGIN + (start + Array.from(part.text.slice(0, index)).length) * CHARACTER
        const length = [...words].length * CHARACTER
        return `<tspan x="${x.toFixed(1)}" textLength="${length.toFixed(1)}"${attributesOf(part.style)}>${escape(words)}</tspan>`
      })
    })
    return `<text y="${BAR + (row + 1) * LINE}">${spans.join('')}</text>`
  })
  const lights = ['#ff5f57', '#febc2e', '#28c840'].map(
    (colour, at) => `<circle cx="${MARGIN + at * 18}" cy="18" r="5.5" fill="${colour}"/>`,
  )
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" role="img">
<title>${escape(title)}</title>
<rect width="${width}" height="${height}" rx="8" fill="#0d1117"/>
${lights.join('')}
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="${FONT_SIZE}"
 fill="#e6edf3">
${rows.join('\n')}
</g>
</svg>
`
}
