// Draws the results of `npm run soak`: resident memory after each dump, one panel per HEAPDUMP_SOAK_OUT file.
//   node bench/agent/soak-chart.js 'Ruby 3.1=FILE' 'Ruby 3.3=FILE' > docs/footprint.svg
import {readFileSync} from 'node:fs'

const [WIDTH, HEIGHT, LEFT, TOP, RIGHT] = [380, 220, 44, 34, 110]
const PANELS_A_ROW = 3
const COLORS = {alone: '#57606a', before: '#cf222e', dumped: '#0969da', traced: '#8250df'}

const panels = process.argv.slice(2).map(argument => {
  const [title, file] = argument.split('=', 2)
  const lines = new Map()
  for (const row of readFileSync(file, 'utf8').trim().split('\n')) {
    const {name, dumps, rss} = JSON.parse(row)
    lines.set(name, [...(lines.get(name) ?? []), {dumps, megabytes: rss / 1e6}])
  }

  return {lines, title}
})
const all = panels.flatMap(({lines}) => [...lines.values()].flat())
const [most, least] = [Math.ceil(Math.max(...all.map(one => one.megabytes)) / 50) * 50, 150]
const dumps = Math.max(...all.map(one => one.dumps))
const x = count => LEFT + (count / dumps) * (WIDTH - LEFT - RIGHT)
const y = megabytes => TOP + (1 - (megabytes - least) / (most - least)) * (HEIGHT - TOP - 30)

const text = (left, top, words, more = '') =>
  `<text x="${left.toFixed(1)}" y="${top.toFixed(1)}" ${more}>${words}</text>`
const line = (path, color) => `<path d="${path}" fill="none" stroke="${color}"/>`

function panel({lines, title}, at) {
  const parts = [text(LEFT, 18, `${title}: resident MB`, 'font-weight="bold"'), text(LEFT, HEIGHT - 8, '0')]
  parts.push(text(x(dumps), HEIGHT - 8, `${dumps} dumps`, 'text-anchor="end"'))
  for (let level = least; level <= most; level += 50) {
    parts.push(line(`M${LEFT} ${y(level)}H${WIDTH - RIGHT}`, '#d0d7de'))
    parts.push(text(LEFT - 4, y(level) + 4, level, 'text-anchor="end"'))
  }

  const drawn = [...lines].map(([name, points]) => ({color: COLORS[name], last: points.at(-1), name, points}))
  for (const {color, points} of drawn) {
    const path = points.map(one => `${x(one.dumps).toFixed(1)} ${y(one.megabytes).toFixed(1)}`)
    parts.push(line(`M${path.join('L')}`, color))
  }

  // Stacks the names where their lines end.
  let lowest = 0
  for (const {color, last, name} of drawn.toSorted((a, b) => b.last.megabytes - a.last.megabytes)) {
    lowest = Math.max(y(last.megabytes) + 4, lowest + 12)
    parts.push(text(x(last.dumps) + 4, lowest, `${name} ${last.megabytes.toFixed(0)}`, `fill="${color}"`))
  }

  return `<g transform="translate(${(at % PANELS_A_ROW) * WIDTH} ${Math.floor(at / PANELS_A_ROW) * HEIGHT})">${parts.join('')}</g>`
}

const [columns, rows] = [Math.min(panels.length, PANELS_A_ROW), Math.ceil(panels.length / PANELS_A_ROW)]
const size = `width="${columns * WIDTH}" height="${rows * HEIGHT}"`
const picture = `<rect width="100%" height="100%" fill="#fff"/>${panels.map(panel).join('')}`
console.log(`<svg xmlns="http://www.w3.org/2000/svg" ${size} font-family="sans-serif" font-size="11">${picture}</svg>`)
