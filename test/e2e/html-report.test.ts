// The HTML report of a fresh dump by this machine's Ruby, in a real Chromium: with and without scripts, light and dark.
// SCREENSHOTS=DIRECTORY saves screenshots.
import {execFile} from 'node:child_process'
import {mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {promisify} from 'node:util'
import type {Browser, Page} from 'playwright-core'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {look, openBrowser} from '../support/browser.js'
import {cacheHome} from '../support/cache-home.js'
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

/** The contents of all files below a directory. */
async function filesUnder(path: string): Promise<string[]> {
  const entries = await readdir(path, {recursive: true, withFileTypes: true})
  return Promise.all(
    entries.filter(entry => entry.isFile()).map(entry => readFile(join(entry.parentPath, entry.name), 'utf8')),
  )
}

async function keepPicture(page: Page, name: string): Promise<void> {
  const pictures = process.env.SCREENSHOTS
  if (!pictures) return
  await mkdir(pictures, {recursive: true})
  await page.screenshot({fullPage: true, path: join(pictures, `${name}.png`)})
}

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
  it.each(['light', 'dark'] as const)('opens without a request or a complaint, %s', async colorScheme => {
    const seen = await look(browser, html, {colorScheme})
    expect(await seen.page.locator('h1').isVisible()).toBe(true)
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

  it('zooms the map into a box, and out again', async () => {
    const {page, close} = await look(browser, html, {reducedMotion: 'reduce'})
    const map = page.locator('.map')
    const whole = (await map.boundingBox())!.width
    const box = map.locator('.cell', {hasText: 'IssuesQuery (class)'})
    expect((await box.boundingBox())!.width).toBeLessThan(whole / 2)
    await box.click()
    expect((await box.boundingBox())!.width).toBeCloseTo(whole, 0)
    expect(await page.locator('.crumbs button').allTextContents()).toEqual(
      expect.arrayContaining(['All live objects', 'IssuesQuery (class)']),
    )
    expect(await page.locator('.map-detail').textContent()).toMatch(/IssuesQuery \(class\) retains [\d.]+ [kM]B \(\d/)
    expect(await map.locator('.cell:visible', {hasText: 'Billing (module)'}).count()).toBe(0)
    await keepPicture(page, 'zoomed')
    await page.keyboard.press('Escape')
    await page.locator('.crumbs button').first().click()
    expect((await box.boundingBox())!.width).toBeLessThan(whole / 2)
    await page.locator('.find').fill('invoice')
    expect(await map.locator('.found:visible').count()).toBeGreaterThan(0)
    await close()
  })

  it('opens the glossary at a word that is clicked', async () => {
    const {page, close} = await look(browser, html)
    const meaning = page.locator('#glossary dd', {hasText: 'freed with an object'})
    expect(await meaning.isVisible()).toBe(false)
    await page.locator('.term', {hasText: 'retained size'}).first().click()
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
    await page.locator('#classes th', {hasText: 'Class'}).press('Enter')
    expect(await column(1)).toEqual((await column(1)).toSorted((a, b) => a.localeCompare(b)))
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

  it('fits a phone: only tables and the map scroll', async () => {
    const {page, close} = await look(browser, html, {viewport: {height: 800, width: 390}})
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390)
    await close()
  })
})

describe('a secret in the memory of the app', () => {
  const parts = (secret: string) => [secret, 'hunter2', 'correct-horse']
  const analyze = (...args: readonly string[]) => runPlugin(['heapdump:analyze', dump, '--top', '500', ...args])

  it('is in the dump, and in a report with --show-values', async () => {
    expect(await readFile(dump, 'utf8')).toContain(SECRET)
    const before = await readFile(html, 'utf8')
    const shown = await analyze('--html', html, '--force', '--show-values', '--format', 'markdown')
    expect(shown).toMatchObject({code: 0, stderr: expect.stringContaining('share it with care')})
    expect(before).not.toContain(SECRET)
    expect(await readFile(html, 'utf8')).toContain(SECRET)
    expect(shown.stdout).toMatch(/^## Heap dump: /)
    expect(shown.stdout).toContain(SECRET)
  })

  it('is nowhere else: page, Markdown, JSON except duplicate strings, screen, stderr, cache', async () => {
    const file = join(directory, 'masked.html')
    const [masked, json, verbose] = await Promise.all([
      analyze('--html', file, '--format', 'markdown', '--fail-on', 'low'),
      analyze('--format', 'json'),
      analyze('--verbose'),
    ])
    const {duplicateStrings, ...rest} = JSON.parse(json.stdout)
    expect(JSON.stringify(duplicateStrings)).toContain(SECRET)
    expect(verbose.stdout).toContain('Duplicate strings')
    const cached = await filesUnder(cacheHome)
    expect(cached.some(text => text.includes('duplicateStrings'))).toBe(true)
    const outputs = [
      await readFile(file, 'utf8'),
      masked.stdout,
      masked.stderr,
      JSON.stringify(rest),
      json.stderr,
      verbose.stdout,
      verbose.stderr,
      ...cached,
    ]
    for (const output of outputs) for (const part of parts(SECRET)) expect(output).not.toContain(part)
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
