// Is any Heroku command slower once the plugin is installed? `heroku version` with and without it, by turns, in one run; CPU seconds,
// because other work on the machine hardly changes those. The manifest in the package is what should keep the ratio at 1.
import {execFileSync} from 'node:child_process'
import {installHerokuCli} from '../test/support/heroku-cli.js'

const ROUNDS = Number(process.argv[2] ?? 8)

const [without, withPlugin] = await Promise.all([installHerokuCli(null), installHerokuCli(null)])

/** User and system seconds of one run. */
function measure({program, env, home}) {
  const script = 'TIMEFORMAT="%3U %3S"; { time "$1" version >/dev/null 2>&1; } 2>&1'
  const text = execFileSync('bash', ['-c', script, 'measure', program], {cwd: home, encoding: 'utf8', env})
  return text
    .trim()
    .split(/\s+/)
    .reduce((sum, seconds) => sum + Number(seconds), 0)
}

const median = values => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]

try {
  console.log('installing the packed plugin into a Heroku CLI of its own …')
  await withPlugin.installPlugin()
  // The first run of each fills caches.
  measure(without)
  measure(withPlugin)
  const seconds = {with: [], without: []}
  for (let round = 0; round < ROUNDS; round++) {
    seconds.without.push(measure(without))
    seconds.with.push(measure(withPlugin))
  }

  const [bare, loaded] = [median(seconds.without), median(seconds.with)]
  console.log(
    `heroku version, CPU seconds, median of ${ROUNDS}: ${bare.toFixed(2)} without, ${loaded.toFixed(2)} with the plugin; ratio ${(loaded / bare).toFixed(2)}`,
  )
  console.log(
    `(the spread of one of them alone: ${Math.min(...seconds.without).toFixed(2)}–${Math.max(...seconds.without).toFixed(2)})`,
  )
} finally {
  await Promise.all([without.remove(), withPlugin.remove()])
}
