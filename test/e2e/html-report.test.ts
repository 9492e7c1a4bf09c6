// The HTML report of a fresh dump by this machine's Ruby, in a real Chromium: with and without scripts, light and dark,
// on a phone and on paper.
// SCREENSHOTS=DIRECTORY saves screenshots.
import {execFile} from 'node:child_process'
import {mkdtemp, readdir, readFile, rm, stat, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {promisify} from 'node:util'
import type {Browser, Page} from 'playwright-core'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {faultsOf, keepPicture, look, openBrowser, RIGHTMOST} from '../support/browser.js'
import {type Finished, runPlugin} from '../support/run-plugin.js'

const SECRET = 'hunter2-correct-horse'
let directory = ''
let dump = ''
let html = ''
let browser: Browser
let written: Finished

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'heapdump-html-'))
  dump = join(directory, 'heap.json')
  html = join(directory, 'report.html')
  await promisify(execFile)('ruby', [
    fileURLToPath(new URL('../support/ruby/dump-leak.rb', import.meta.url)),
    dump,
    SECRET,
  ])
  ;[browser, written] = await Promise.all([openBrowser(), runPlugin(['heapdump:analyze', dump, '--html', html])])
})
afterAll(async () => {
  await browser?.close()
  await rm(directory, {force: true, recursive: true})
})

const background = (page: Page) => page.evaluate('getComputedStyle(document.body).backgroundColor')

describe('the file', () => {
  it('is written in addition to the screen, with mode 0600, and nothing else is left', async () => {
    const message =
      /^Wrote .*report\.html \(\d+ kB\)\. Open it in any browser, offline\.\nString contents are masked\.\n$/
    expect(written).toMatchObject({code: 0, stderr: expect.stringMatching(message)})
    expect(written.stdout).toContain('Allocation site')
    expect((await stat(html)).mode & 0o777).toBe(0o600)
    expect((await readdir(directory)).toSorted()).toEqual(['heap.json', 'report.html'])
  })

  it('does not overwrite a file, and says so before reading anything', async () => {
    const again = await runPlugin(['heapdump:analyze', join(directory, 'no-such-dump'), '--html', html, '--json'])
    expect(again.code).toBe(2)
    expect(JSON.parse(again.stdout)).toMatchObject({
      error: {code: 'file_exists', hint: expect.stringContaining('--force')},
    })
  })

  it('has a script of less than 15 kB', async () => {
    const scripts = [...(await readFile(html, 'utf8')).matchAll(/<script>([\s\S]*?)<\/script>/g)]
    expect(scripts).toHaveLength(1)
    expect(scripts[0][1].length).toBeLessThan(15_000)
  })
})

describe('in a browser', () => {
  it.each(['light', 'dark'] as const)('opens without a request, a complaint or a fault, %s', async colorScheme => {
    const seen = await look(browser, html, {colorScheme})
    expect(await seen.page.locator('h1').isVisible()).toBe(true)
    expect(await faultsOf(seen.page)).toEqual([])
    await keepPicture(seen.page, colorScheme)
    expect(seen).toMatchObject({complaints: [], requests: []})
    await seen.close()
  })

  it('follows the system’s colour scheme, and the button', async () => {
    const [light, dark] = await Promise.all([
      look(browser, html, {colorScheme: 'light'}),
      look(browser, html, {colorScheme: 'dark'}),
    ])
    const [bright, dim] = [await background(light.page), await background(dark.page)]
    expect(bright).not.toBe(dim)
    await light.page.locator('.theme').click()
    expect(await background(light.page)).toBe(dim)
    await light.page.locator('.theme').click()
    expect(await background(light.page)).toBe(bright)
    await Promise.all([light.close(), dark.close()])
  })

  it('zooms the map into a box, keeps the place in the URL, and goes back', async () => {
    const {page, close} = await look(browser, html, {reducedMotion: 'reduce'})
    const map = page.locator('.map')
    const whole = (await map.boundingBox())!.width
    const box = map.locator('.cell', {hasText: 'IssuesQuery (class)'})
    const width = async () => (await box.boundingBox())!.width
    await expect.poll(width).toBeLessThan(whole / 2)
    await box.click()
    await expect.poll(width).toBeCloseTo(whole, 0)
    await expect
      .poll(() => page.locator('.crumbs a').allTextContents())
      .toEqual(expect.arrayContaining(['All live objects', 'IssuesQuery (class)']))
    expect(await page.locator('.map-detail').textContent()).toMatch(/IssuesQuery \(class\) retains [\d.]+ [kM]B \(\d/)
    expect(await map.locator('.cell:visible', {hasText: 'Billing (module)'}).count()).toBe(0)
    await keepPicture(page, 'zoomed')
    const {hash} = new URL(page.url())
    expect(hash).toMatch(/^#map-\d+$/)
    await page.goBack()
    await expect.poll(width).toBeLessThan(whole / 2)
    await page.goForward()
    await expect.poll(width).toBeCloseTo(whole, 0)
    await page.reload()
    await expect.poll(width).toBeCloseTo(whole, 0)
    await page.locator('.crumbs a').first().click()
    await expect.poll(width).toBeLessThan(whole / 2)
    await page.locator('.find').fill('invoice')
    expect(await map.locator('.found:visible').count()).toBeGreaterThan(0)
    await close()
  })

  it('leads from a suspect to its box, and from the box to the suspect', async () => {
    const {page, close} = await look(browser, html, {reducedMotion: 'reduce'})
    await page.locator('#suspect-1 .to-map a').click()
    await page.waitForURL(/#map-\d+$/)
    expect(await page.evaluate(`document.querySelector('.map').getBoundingClientRect().top < innerHeight`)).toBe(true)
    await page.locator('.map-detail a').click()
    await page.waitForURL(/#suspect-1$/)
    await close()
  })

  it('explains a word at the pointer or the focus, and opens the glossary at a word that is clicked', async () => {
    const {page, close} = await look(browser, html)
    const [meaning, word] = [
      page.locator('#glossary-retained-size + dd'),
      page.locator('.term', {hasText: 'retained size'}),
    ]
    expect(await meaning.isVisible()).toBe(false)
    await word.first().focus()
    expect(await page.locator('.tip').textContent()).toContain('would be freed with an object')
    await page.keyboard.press('Escape')
    expect(await page.locator('.tip').isVisible()).toBe(false)
    await page.locator('#classes .term', {hasText: 'IMEMO'}).first().hover()
    expect(await page.locator('.tip').textContent()).toContain('compiled code')
    await word.first().click()
    expect(await meaning.isVisible()).toBe(true)
    await close()
  })

  it('sorts a table by the clicked column, in both directions', async () => {
    const {page, close} = await look(browser, html)
    const column = (at: number): Promise<string[]> =>
      page.evaluate(`[...document.querySelectorAll('#classes tbody td:nth-child(${at})')].map(cell => cell.dataset.v)`)
    const numbers = async (at: number) => (await column(at)).map(Number)
    await page.locator('#classes th', {hasText: 'Objects'}).click()
    expect(await numbers(4)).toEqual((await numbers(4)).toSorted((a, b) => b - a))
    expect((await numbers(4))[0]).toBeGreaterThan(1000)
    await page.locator('#classes th', {hasText: 'Objects'}).click()
    expect(await numbers(4)).toEqual((await numbers(4)).toSorted((a, b) => a - b))
    await page.locator('#classes th button', {hasText: 'Class'}).press('Enter')
    expect(await column(1)).toEqual((await column(1)).toSorted((a, b) => a.localeCompare(b)))
    await close()
  })

  it('searches a table, copies what it finds, and opens the path to root of a row', async () => {
    const {page, close} = await look(browser, html, {permissions: ['clipboard-read', 'clipboard-write']})
    const rows = page.locator('#classes tbody tr:visible')
    await page.locator('#classes input').fill('billing::invoice')
    expect(await rows.count()).toBe(1)
    await page.locator('#classes .tool').click()
    const copied = (await page.evaluate<string>('navigator.clipboard.readText()')).split('\n')
    expect(copied).toEqual([
      'Class\tShallow\tRetained\tObjects',
      expect.stringMatching(/^Billing::Invoice\t\d+\t\d+\t4000$/),
    ])
    await rows.first().click()
    const steps = rows.locator('.path li')
    expect(await steps.allTextContents()).toEqual(
      expect.arrayContaining([
        expect.stringContaining('Billing::Cache'),
        expect.stringContaining('Hash, 4,000 entries'),
      ]),
    )
    await keepPicture(page, 'row')
    await steps.locator('a', {hasText: 'Billing (module)'}).click()
    await page.waitForURL(/#map-\d+$/)
    await close()
  })

  it('is used with the keyboard alone', async () => {
    const {page, close} = await look(browser, html, {reducedMotion: 'reduce'})
    const focused = () => page.evaluate<string>('document.activeElement.textContent.trim()')
    await page.locator('.map-tools input').focus()
    await page.keyboard.press('Tab')
    expect(await focused()).toMatch(/^All live objects/)
    await page.keyboard.press('ArrowDown')
    const first = await focused()
    await page.keyboard.press('ArrowRight')
    expect(await focused()).not.toBe(first)
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('Enter')
    await page.waitForURL(/#map-\d+$/)
    expect(await focused()).toBe(first)
    await page.keyboard.press('Escape')
    await expect.poll(() => page.locator('.crumbs a').count()).toBe(1)
    await page.locator('#dominators .opener').first().press('Enter')
    expect(await page.locator('#dominators .path li').count()).toBeGreaterThan(0)
    await close()
  })

  it('works without scripts: every row, the map, the tree as an outline', async () => {
    const {page, complaints, close} = await look(browser, html, {javaScriptEnabled: false})
    expect(await page.locator('#classes tbody tr:visible').count()).toBe(
      await page.locator('#classes tbody tr').count(),
    )
    expect(await page.locator('.cell', {hasText: 'IssuesQuery (class)'}).isVisible()).toBe(true)
    expect(await page.locator('.theme').isVisible()).toBe(false)
    await page.locator('.outline > summary').click()
    expect(await page.locator('.outline', {hasText: 'IssuesQuery (class)'}).isVisible()).toBe(true)
    await keepPicture(page, 'without-script')
    expect(complaints.filter(complaint => !complaint.includes('Blocked script execution'))).toEqual([])
    await close()
  })

  it('fits a phone: nothing is cut, and the navigation stays', async () => {
    const {page, close} = await look(browser, html, {viewport: {height: 800, width: 390}})
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390)
    expect(await page.evaluate(RIGHTMOST)).toBeLessThanOrEqual(390)
    await page.locator('#classes').scrollIntoViewIfNeeded()
    const nav = (await page.locator('.top nav').boundingBox())!
    expect(nav.y).toBeGreaterThanOrEqual(-1)
    expect(await faultsOf(page)).toEqual([])
    await keepPicture(page, 'phone')
    await close()
  })

  it('prints as a document: light, with the glossary, without what can only be clicked', async () => {
    const {page, close} = await look(browser, html, {colorScheme: 'dark'})
    await page.emulateMedia({colorScheme: 'dark', media: 'print'})
    await page.evaluate(`dispatchEvent(new Event('beforeprint'))`)
    expect(await page.evaluate('getComputedStyle(document.documentElement).colorScheme')).toBe('light')
    for (const hidden of ['.top', '.map-tools', '.table-tools', '.more'])
      expect(await page.locator(`${hidden}:visible`).count(), hidden).toBe(0)
    expect(await page.locator('#glossary dd').first().isVisible()).toBe(true)
    const sizes = `['#glossary dd', 'footer'].map(one => getComputedStyle(document.querySelector(one)).fontSize)`
    const [meaning, around] = await page.evaluate<string[]>(sizes)
    expect(meaning).toBe(around)
    await keepPicture(page, 'print')
    await close()
  })
})

describe('in CI', () => {
  it('rejects other formats or limits', async () => {
    expect(await runPlugin(['heapdump:analyze', dump, '--format', 'yaml'])).toMatchObject({code: 2})
    expect(await runPlugin(['heapdump:analyze', dump, '--fail-on', 'soon'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('a size such as 50MB'),
    })
  })

  it('reads a dump that is cut short, and says so in the page', async () => {
    const cut = join(directory, 'cut.json')
    const file = join(directory, 'cut.html')
    await writeFile(cut, (await readFile(dump)).subarray(0, 3_000_001))
    expect(await runPlugin(['heapdump:analyze', cut, '--html', file])).toMatchObject({code: 3})
    expect(await readFile(file, 'utf8')).toContain('cut short: every number is a lower bound')
  })
})
