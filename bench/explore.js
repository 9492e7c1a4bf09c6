// How soon heapdump:explore answers each key, on a terminal of 120 × 40:
//
//   node bench/explore.js [--rounds 3] [DUMP]
//
// DUMP: bench/dumps/2000.json by default, which is made if it does not exist. Keys go through a pseudo-terminal (script,
// of util-linux). A key is answered when the screen no longer changes: with the rows, if they had to be computed.
import {execFileSync, spawn} from 'node:child_process'
import {existsSync, mkdirSync, mkdtempSync, rmSync, statSync} from 'node:fs'
import {loadavg, tmpdir} from 'node:os'
import {dirname, join, resolve} from 'node:path'
import {fileURLToPath} from 'node:url'
import {parseArgs} from 'node:util'

const here = dirname(fileURLToPath(import.meta.url))
const {positionals, values} = parseArgs({allowPositionals: true, options: {rounds: {default: '3', type: 'string'}}})

/** Target: milliseconds for each key. */
const TARGET = 50
/** The screen is complete when nothing was written for so long. Longer than anything that is expected. */
const SILENCE_MS = 400

const dump = resolve(positionals[0] ?? join(here, 'dumps/2000.json'))
if (!existsSync(dump)) {
  mkdirSync(dirname(dump), {recursive: true})
  execFileSync('ruby', [join(here, 'make-dump.rb'), dump, '2000'], {stdio: ['ignore', 'ignore', 'inherit']})
}

const ESCAPE = '\u001B'
/** What is pressed, one after another. */
const KEYS = [
  ['2: classes', '2'],
  ['s: sort', 's'],
  ['s: sort', 's'],
  ['s: sort', 's'],
  ['End', '>'],
  ['Home', '<'],
  ['Enter: objects of the largest class', '\r'],
  ['/: filter', '/'],
  ['a letter: r', 'r'],
  ['Esc: no filter', ESCAPE],
  ['PgDn', '\u0006'],
  ['End', '>'],
  ['s: sort', 's'],
  ['Enter: an object, what it keeps alive', '\r'],
  ['g: each object', 'g'],
  ['2: held by', '2'],
  ['3: path', '3'],
  ['4: allocation sites', '4'],
  ['5: references', '5'],
  ['f: all objects', 'f'],
  ['a letter: s', 's'],
  ['a letter: t', 't'],
  ['a letter: r', 'r'],
  ['Esc: no filter', ESCAPE],
  ['f: all objects', 'f'],
  ['a digit: 0', '0'],
  ['a letter: x', 'x'],
  ['a digit: 7', '7'],
  ['Enter: end of the filter', '\r'],
  ['s: sort', 's'],
  ['Esc: no filter', ESCAPE],
  ['Esc: back', ESCAPE],
  ['Esc: back', ESCAPE],
  ['Esc: back', ESCAPE],
  ['4: dominators', '4'],
  ['Enter: the largest', '\r'],
  ['4: allocation sites', '4'],
  ['s: sort', 's'],
  ['Enter: objects of a site', '\r'],
]

const cache = mkdtempSync(join(tmpdir(), 'heapdump-explore-'))

async function session() {
  const command = `stty cols 120 rows 40; exec ${process.execPath} ${join(here, '../bin/run.js')} heapdump:explore ${dump}`
  const {CI: _ci, CONTINUOUS_INTEGRATION: _too, ...env} = process.env
  const started = performance.now()
  const terminal = spawn('script', ['-qfc', command, '/dev/null'], {
    env: {...env, TERM: 'xterm', XDG_CACHE_HOME: cache},
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  let [text, writtenAt] = ['', 0]
  terminal.stdout.on('data', chunk => {
    text += chunk
    writtenAt = performance.now()
  })
  const ended = new Promise(done => void terminal.on('close', done))
  const silence = async () => {
    for (let wait = SILENCE_MS; wait > 0; wait = writtenAt + SILENCE_MS - performance.now())
      await new Promise(done => void setTimeout(done, wait))
  }
  while (!text.includes('q quit')) await new Promise(done => void setTimeout(done, 20))
  const opened = writtenAt - started
  await silence()
  const answers = []
  for (const [, keys] of KEYS) {
    const pressed = performance.now()
    terminal.stdin.write(keys)
    writtenAt = pressed
    await silence()
    answers.push(writtenAt - pressed)
  }

  terminal.stdin.write('q')
  await ended
  return {answers, opened}
}

try {
  console.log(`A dump of ${Math.round(statSync(dump).size / 1e6)} MB; load ${loadavg()[0].toFixed(1)}.`)
  const sessions = []
  for (let round = 0; round < Number(values.rounds); round++) sessions.push(await session())
  console.log(`Open after ${sessions.map(({opened}) => `${(opened / 1000).toFixed(2)} s`).join(', ')}.\n`)
  console.log('| key | median | slowest |')
  console.log('|---|---|---|')
  for (const [at, [name]] of KEYS.entries()) {
    const times = sessions.map(({answers}) => answers[at]).toSorted((a, b) => a - b)
    const [median, slowest] = [times[Math.floor(times.length / 2)], times.at(-1)].map(Math.round)
    console.log(`| ${name} | ${median} ms | ${slowest} ms |${median > TARGET ? ' MISSED' : ''}`)
    if (median > TARGET) process.exitCode = 1
  }
} finally {
  rmSync(cache, {force: true, recursive: true})
}
