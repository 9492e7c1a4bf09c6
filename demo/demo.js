// The whole loop on this machine: a leaking shop in a dyno, its diagnosis, and the analysis of the last dump. Everything is real except
// Heroku and AWS themselves. The demo ends by itself and cleans up; with --keep it runs until Ctrl-C.
import {spawn} from 'node:child_process'
import {dirname} from 'node:path'
import {fileURLToPath} from 'node:url'
import {parseArgs} from 'node:util'
import {openStage, sendTraffic} from '../test/support/stage.js'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const {values: flags} = parseArgs({
  options: {
    keep: {default: false, type: 'boolean'},
    // For a fresh dist that other processes are using: a build would overwrite it.
    'no-build': {default: false, type: 'boolean'},
  },
})
const bold = text => (process.stdout.isTTY && !process.env.NO_COLOR ? `\u001b[1m${text}\u001b[22m` : text)

/** Requests per second: enough to see the shop grow, few enough for two cores that also run everything else. */
const TRAFFIC = 60
const WARM_UP_MS = 3000

const interrupted = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => interrupted.abort(signal))

function checkInterrupt() {
  if (interrupted.signal.aborted) throw new Error('interrupted')
}

function pause(ms) {
  return new Promise(resolve => {
    const stop = () => (clearTimeout(timer), resolve())
    const timer = setTimeout(() => (interrupted.signal.removeEventListener('abort', stop), resolve()), ms)
    interrupted.signal.addEventListener('abort', stop, {once: true})
  })
}

function run(program, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {cwd: root, stdio: 'inherit'})
    // A Ctrl-C in the terminal already reaches the child, which would take a second one as an order to stop at once.
    const pass = () => interrupted.signal.reason === 'SIGINT' || child.kill('SIGINT')
    interrupted.signal.addEventListener('abort', pass, {once: true})
    child.once('error', reject)
    child.once('close', code => {
      interrupted.signal.removeEventListener('abort', pass)
      resolve(code)
    })
  })
}

/** Runs a command of the plugin as a user would type it. */
async function type(...args) {
  checkInterrupt()
  console.log(`\n${bold(`$ bin/run.js ${args.join(' ')}`)}`)
  const code = await run(process.execPath, ['bin/run.js', ...args])
  checkInterrupt()
  if (code !== 0) throw new Error(`that command exited with status ${code}`)
}

async function build() {
  console.log(' building the plugin')
  const code = await run(process.execPath, ['scripts/build.js'])
  checkInterrupt()
  if (code !== 0) throw new Error('the build failed')
}

async function main() {
  if (!flags['no-build']) await build()
  const stage = await openStage({
    onStep(text) {
      checkInterrupt()
      console.log(` starting ${text}`)
    },
  })
  try {
    checkInterrupt()
    const traffic = sendTraffic(stage.url, {perSecond: TRAFFIC})
    try {
      console.log(` sending ${TRAFFIC} requests per second; memory is high and rising. Which line is it?`)
      await pause(WARM_UP_MS)
      const target = ['--env', stage.envFile]
      await type('heapdump:diagnose', '--for', '30s', '--yes', ...target)
      await type('heapdump:analyze', 'latest', ...target)
      if (flags.keep) await keepUp(stage)
    } finally {
      const {served, failed} = await traffic.stop()
      console.log(`\n Meanwhile, the shop answered ${served} requests; ${failed} failed.`)
      if (!flags.keep)
        console.log(' The shop and its dumps are gone now. To try the commands above: npm run demo -- --keep')
      if (failed > 0) process.exitCode = 1
    }
  } finally {
    await stage.close()
  }
}

async function keepUp({url, envFile, postgres}) {
  const play = [
    [`bin/run.js heapdump:diagnose --for 1m --env ${envFile}`, 'diagnose it again; it asks first'],
    [`bin/run.js heapdump:status --watch --env ${envFile}`, 'watch its memory'],
    [`bin/run.js heapdump:list --env ${envFile} --json`, 'list the dumps as JSON'],
    [`bin/run.js heapdump:download latest --env ${envFile} -o shop.json.gz`, 'save a dump to a file'],
    ['bin/run.js heapdump:analyze shop.json.gz --top 30', 'analyze that file; no bucket needed'],
    [`curl '${url}/prices?page=mine'`, 'leak some more'],
    [`psql '${postgres.url}'`, 'open the database that carries the requests (\\q ends psql)'],
  ]
  console.log('\n The shop keeps running, with traffic, until Ctrl-C. In another terminal, in this folder, try:')
  for (const [command, why] of play) console.log(`${why ? `\n   # ${why}` : ''}\n   ${command}`)
  while (!interrupted.signal.aborted) await pause(60_000)
}

try {
  await main()
} catch (error) {
  // A part that was still starting at the Ctrl-C fails with an error of its own.
  if (interrupted.signal.aborted) {
    console.log('\n Stopped and cleaned up.')
    process.exitCode = 130
  } else {
    console.error(`\n The demo failed: ${error.stack ?? error}`)
    process.exitCode = 1
  }
}
