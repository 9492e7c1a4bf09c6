// A heap snapshot of a fresh dump by this machine's Ruby, in the DevTools of a real Chromium: read by their own code, and
// shown in their Memory panel.
// SCREENSHOTS=DIRECTORY saves a screenshot.
import {execFile} from 'node:child_process'
import {mkdir, mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {promisify} from 'node:util'
import type {Browser, Page} from 'playwright-core'
import {afterAll, beforeAll, expect, it} from 'vitest'
import {openBrowser} from '../support/browser.js'
import {runPlugin} from '../support/run-plugin.js'

const BUNDLED = 'devtools://devtools/bundled'

type Row = {readonly className: string; readonly memsize: number; readonly retainedSize: number}
type Class = {readonly name: string; readonly retainedSize: number}

const MODULES = new Set(['CLASS', 'ICLASS', 'MODULE'])
const NAMES_OF_MODULES = /^(?:anonymous (?:class|module)|singleton class)$| \((?:class|module|included)\)$/

let directory = ''
let snapshot = ''
let browser: Browser
let page: Page
const complaints: string[] = []

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'heapdump-devtools-'))
  const dump = join(directory, 'heap.json')
  snapshot = join(directory, 'heap.heapsnapshot')
  const script = fileURLToPath(new URL('../support/ruby/dump-leak.rb', import.meta.url))
  await promisify(execFile)('ruby', [script, dump, 'hunter2-correct-horse'])
  browser = await openBrowser()
  page = await browser.newPage({viewport: {height: 900, width: 1280}})
  page.on('console', message => {
    if (!message.text().startsWith('Main._')) complaints.push(message.text())
  })
  await page.goto(`${BUNDLED}/devtools_app.html`)
  const exported = await runPlugin(['heapdump:export', dump, '--format', 'heapsnapshot', '-o', snapshot])
  expect(exported).toMatchObject({code: 0, stderr: ''})
})
afterAll(async () => {
  await browser?.close()
  await rm(directory, {force: true, recursive: true})
})

/** What DevTools computes: each object, and each class. */
async function readInDevTools(): Promise<{objects: readonly Row[]; classes: readonly Class[]}> {
  await page.evaluate(`{
    const input = document.createElement('input')
    input.type = 'file'
    input.id = 'snapshot'
    document.body.append(input)
  }`)
  await page.setInputFiles('#snapshot', snapshot)
  return page.evaluate(`(async () => {
    const {HeapSnapshot, HeapSnapshotLoader} =
      await import('${BUNDLED}/entrypoints/heap_snapshot_worker/heap_snapshot_worker.js')
    const loader = new HeapSnapshotLoader.HeapSnapshotLoader({sendEvent() {}})
    loader.write(await document.querySelector('#snapshot').files[0].text())
    loader.close()
    // A second thread does a part of it.
    const {port1, port2} = new MessageChannel()
    new HeapSnapshot.SecondaryInitManager(port2)
    const snapshot = await loader.buildSnapshot(port1)
    const objects = []
    for (const nodes = snapshot.allNodes(); nodes.hasNext(); nodes.next()) {
      const node = nodes.item()
      if (node.isSynthetic()) continue
      objects.push({className: node.className(), memsize: node.selfSize(), retainedSize: node.retainedSize()})
    }
    const classes = Object.values(snapshot.aggregatesWithFilter({minNodeId: undefined}))
    return {objects, classes: classes.map(({maxRet, name}) => ({name, retainedSize: maxRet}))}
  })()`)
}

it('has the objects, classes and retained sizes of our report', async () => {
  const {classes, objects} = await readInDevTools()
  const {stdout} = await runPlugin(['heapdump:analyze', join(directory, 'heap.json'), '--json', '--top', '0'])
  const report = JSON.parse(stdout)
  const listed = report.dominators as ReadonlyArray<Row & {readonly type: string}>
  // Classes and modules have groups of their own in DevTools.
  const isModule = ({type}: {readonly type: string}) => MODULES.has(type)
  const ours = listed.filter(row => !isModule(row))
  const theirs = objects.filter(({className}) => !NAMES_OF_MODULES.test(className))
  const sorted = (rows: readonly Row[]) =>
    rows.map(({className, memsize, retainedSize}) => `${className} ${memsize} ${retainedSize}`).toSorted()
  expect(ours.length).toBeGreaterThan(10_000)
  expect(sorted(theirs).join('\n')).toBe(sorted(ours).join('\n'))
  expect(objects).toHaveLength(report.totals.reachableObjects)

  const names = new Set(ours.map(({className}) => className))
  for (const row of listed) if (isModule(row)) names.delete(row.className)
  const sizesOf = (all: readonly Class[]) =>
    all
      .filter(({name}) => names.has(name))
      .map(({name, retainedSize}) => `${name} ${retainedSize}`)
      .toSorted()
  expect(names.size).toBeGreaterThan(50)
  expect(sizesOf(classes)).toEqual(sizesOf(report.classes))
  // DevTools complains about nodes that it cannot reach.
  expect(complaints.filter(text => text.startsWith('Heap snapshot'))).toEqual([])
})

it('opens in the Memory panel', async () => {
  await page.getByRole('tab', {name: 'Memory'}).click()
  const choosing = page.waitForEvent('filechooser')
  await page.getByRole('button', {name: 'Load profile'}).first().click()
  await (await choosing).setFiles(snapshot)
  // It shows the size when it has read the file.
  await page.getByRole('treeitem', {name: /MB/}).click({timeout: 120_000})
  await page.getByText('Billing::Invoice').first().waitFor()
  const pictures = process.env.SCREENSHOTS
  if (!pictures) return
  await mkdir(pictures, {recursive: true})
  await page.screenshot({path: join(pictures, 'devtools.png')})
})
