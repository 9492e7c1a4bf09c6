// What `npm run soak` measured, as a picture: resident memory after each dump, one panel a file.
//   node bench/agent/soak-chart.js 'Ruby 3.1=FILE' 'Ruby 3.3=FILE' > docs/footprint.svg      FILE: HEAPDUMP_SOAK_OUT's
import {readFileSync} from 'node:fs'

const [WIDTH, HEIGHT, LEFT, TOP, RIGHT] = [380, 220, 44, 34, 110]
const COLORS = ['#57606a', '#0969da', '#8250df', '#cf222e', '#bc4c00']

const panels = process.argv.slice(2).map(argument => {
  const [title, file] = argument.split('=', 2)
  const lines = new Map()
  for (const {name, dumps, rss} of readFileSync(file, 'utf8').trim().split('\n').map(line => JSON.parse(line))) {
    lines.set(name, [...(lines.get(name) ?? []), {dumps, megabytes: rss / 1e6}])
  }

  return {lines, title}
})
const all = panels.flatMap(({lines}) => [...lines.values()].flat())
const [most, least] = [Math.ceil(Math.max(...all.map(one => one.megabytes)) / 50) * 50, 150]
const dumps = Math.max(...all.map(one => one.dumps))
const x = count => LEFT + (count / dumps) * (WIDTH - LEFT - RIGHT)
const y = megabytes => TOP + (1 - (megabytes - least) / (most - least)) * (HEIGHT - TOP - 30)

function panel({lines, title}, at) {
  const grid = []
  for (let level = least; level <= most; level += 50) {
    grid.push(`<path d="M${LEFT} ${y(level).toFixed(1)}H${WIDTH - RIGHT}" stroke="#d0d7de"/><text x="${LEFT - 4}" y="${(y(level) + 4).toFixed(1)}" text-anchor="end">${level}</text>`)
  }

  let lowest = Number.NEGATIVE_INFINITY
  const drawn = [...lines].map(([name, points], index) => ({color: COLORS[index % COLORS.length], name, points}))
  const labels = drawn.toSorted((a, b) => b.points.at(-1).megabytes - a.points.at(-1).megabytes).map(({color, name, points}) => {
    lowest = Math.max(y(points.at(-1).megabytes) + 4, lowest + 12)
    return `<text x="${(x(points.at(-1).dumps) + 4).toFixed(1)}" y="${lowest.toFixed(1)}" fill="${color}">${name} ${points.at(-1).megabytes.toFixed(0)}</text>`
  })
  const paths = drawn.map(({color, points}) => `<path fill="none" stroke="${color}" stroke-width="2" d="M${points.map(one => `${x(one.dumps).toFixed(1)} ${y(one.megabytes).toFixed(1)}`).join('L')}"/>`)
  const axis = `<text x="${LEFT}" y="${HEIGHT - 8}">0</text><text x="${x(dumps)}" y="${HEIGHT - 8}" text-anchor="end">${dumps} dumps</text>`
  return `<g transform="translate(${at * WIDTH} 0)"><text x="${LEFT}" y="18" font-weight="bold">${title}: resident MB</text>${grid.join('')}${paths.join('')}${labels.join('')}${axis}</g>`
}

console.log(
  `<svg xmlns="http://www.w3.org/2000/svg" width="${panels.length * WIDTH}" height="${HEIGHT}" font-family="sans-serif" font-size="11"><rect width="100%" height="100%" fill="#fff"/>${panels.map(panel).join('')}</svg>`,
)
