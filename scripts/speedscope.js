// Opens an exported profile in speedscope, in a headless Chromium, and saves a picture of it.
//   node scripts/speedscope.js DUMP PICTURE.png [--by site]
// npm fetches speedscope into a temporary folder. Build first.
import {execFileSync} from 'node:child_process'
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {parseArgs} from 'node:util'
import {chromium} from 'playwright-core'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const {positionals, values} = parseArgs({allowPositionals: true, options: {by: {default: 'owner', type: 'string'}}})
const [dump, picture] = positionals
if (picture === undefined) throw new Error('node scripts/speedscope.js DUMP PICTURE.png [--by site]')

const directory = mkdtempSync(join(tmpdir(), 'heapdump-speedscope-'))
try {
  const profile = join(directory, 'heap.pb.gz')
  const args = ['heapdump:export', dump, '--format', 'pprof', '--by', values.by, '-o', profile]
  execFileSync(process.execPath, [join(root, 'bin/run.js'), ...args], {stdio: 'inherit'})
  writeFileSync(join(directory, 'package.json'), '{"private": true}')
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', 'speedscope'], {cwd: directory})
  // As its command line does: a script beside the page has the file.
  const page = join(directory, 'node_modules/speedscope/dist/release/index.html')
  const script = join(directory, 'profile.js')
  const text = readFileSync(profile).toString('base64')
  writeFileSync(script, `speedscope.loadFileFromBase64('heap.pb.gz', '${text}')`)
  const program = process.env.CHROMIUM ?? '/usr/bin/chromium'
  const graphics = ['--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader']
  const browser = await chromium.launch({
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--allow-file-access-from-files', ...graphics],
    executablePath: program,
  })
  try {
    const tab = await browser.newPage({viewport: {height: 800, width: 1280}})
    tab.on('pageerror', error => console.error(String(error)))
    await tab.goto(`file://${page}#localProfilePath=${script}`)
    await tab.getByText('Left Heavy').waitFor()
    // Samples of a heap have no order in time, so equal stacks belong together.
    await tab.getByText('Left Heavy').click()
    await tab.waitForTimeout(1000)
    console.log(`speedscope shows: ${(await tab.locator('body').innerText()).split('\n').join(' · ')}`)
    await tab.screenshot({path: picture})
  } finally {
    await browser.close()
  }
} finally {
  rmSync(directory, {force: true, recursive: true})
}
