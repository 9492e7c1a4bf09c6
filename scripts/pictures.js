// Makes the README's pictures from the built plugin's real output for the demo shop: the first screen as SVG, and the
// HTML report as shown by a headless Chromium.
//   npm run pictures
import {execFile} from 'node:child_process'
import {mkdtemp, rm, symlink, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {promisify} from 'node:util'
import {chromium} from 'playwright-core'
import {startHerokuApi} from '../test/support/heroku-api.js'
import {openStage, sendTraffic} from '../test/support/stage.js'
import {ansiToSvg} from './pictures/ansi-to-svg.js'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const pictures = join(root, 'docs/pictures')
const COLUMNS = 100
const WARM_UP_MS = 20_000

const directory = await mkdtemp(join(tmpdir(), 'heapdump-pictures-'))
const stage = await openStage({
  onStep: text => console.log(` starting ${text}`),
  workers: 1,
})
const api = await startHerokuApi({dynos: [{name: 'web.1', state: 'up'}], name: 'shop', vars: stage.vars})
const traffic = sendTraffic(stage.url)
try {
  // Under this name, the plugin believes that it runs in the Heroku CLI, and suggests `heroku` commands.
  const heroku = join(directory, 'heroku')
  await symlink(join(root, 'bin/run.js'), heroku)
  const env = {
    ...process.env,
    COLUMNS: String(COLUMNS),
    DISABLE_TELEMETRY: 'true',
    FORCE_COLOR: '1',
    HEROKU_API_KEY: api.apiKey,
    HEROKU_HOST: api.url,
    XDG_CACHE_HOME: directory,
  }
  const run = async (...args) => (await promisify(execFile)(heroku, args, {cwd: directory, env})).stdout
  await new Promise(resolve => setTimeout(resolve, WARM_UP_MS))
  console.log(' dumping and analyzing it')
  await run('heapdump:trigger', '--trace', '10s', '--yes', '--env', stage.envFile)
  const screen = await run('heapdump:analyze', '--app', 'shop')
  const typed = `\u001b[2m$\u001b[22m heroku heapdump:analyze -a shop\n${screen}`
  const title = 'The first screen of heapdump:analyze: a suspect, what it holds, and its allocation sites'
  await writeFile(join(pictures, 'analyze.svg'), ansiToSvg(typed, {columns: COLUMNS, title}))

  await run('heapdump:analyze', '--app', 'shop', '--html', 'report.html')
  const program = process.env.CHROMIUM ?? '/usr/bin/chromium'
  const browser = await chromium.launch({args: ['--no-sandbox', '--disable-dev-shm-usage'], executablePath: program})
  try {
    const page = await browser.newPage({colorScheme: 'light', viewport: {height: 800, width: 1100}})
    await page.goto(`file://${join(directory, 'report.html')}`)
    await page.screenshot({path: join(pictures, 'report.png')})
  } finally {
    await browser.close()
  }
} finally {
  await traffic.stop()
  await api.stop()
  await stage.close()
  await rm(directory, {force: true, recursive: true})
}
