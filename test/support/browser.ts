// Opens files in a real headless Chromium, Debian's, and records what must not happen: other requests, and complaints.
import {existsSync} from 'node:fs'
import {mkdir} from 'node:fs/promises'
import {join} from 'node:path'
import {pathToFileURL} from 'node:url'
import axe, {type AxeResults} from 'axe-core'
import {type Browser, type BrowserContextOptions, chromium, type Page} from 'playwright-core'

const PROGRAMS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

export function openBrowser(): Promise<Browser> {
  const executablePath = PROGRAMS.find(program => existsSync(program))
  if (executablePath === undefined)
    throw new Error('There is no Chromium: node scripts/setup.js --for test installs it.')
  return chromium.launch({args: ['--no-sandbox', '--disable-dev-shm-usage'], executablePath})
}

export type Seen = {
  readonly page: Page
  readonly requests: string[]
  readonly complaints: string[]
  close(): Promise<void>
}

export async function look(browser: Browser, file: string, options: BrowserContextOptions = {}): Promise<Seen> {
  const context = await browser.newContext({viewport: {height: 900, width: 1280}, ...options})
  const page = await context.newPage()
  const url = pathToFileURL(file).href
  const requests: string[] = []
  const complaints: string[] = []
  page.on('request', request => {
    if (request.url() !== url) requests.push(request.url())
  })
  page.on('console', message => {
    complaints.push(`${message.type()}: ${message.text()}`)
  })
  page.on('pageerror', error => {
    complaints.push(String(error))
  })
  page.on('dialog', dialog => {
    complaints.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  await page.goto(url)
  return {close: () => context.close(), complaints, page, requests}
}

/** Serious and critical faults of accessibility, by axe-core: `color-contrast: .note`. */
export async function faultsOf(page: Page): Promise<string[]> {
  // The debugger may run code that the page's own policy forbids.
  await page.evaluate(axe.source)
  const {violations} = await page.evaluate<AxeResults>('axe.run()')
  return violations
    .filter(({impact}) => impact === 'serious' || impact === 'critical')
    .flatMap(({id, nodes}) => nodes.map(({target}) => `${id}: ${target.join(' ')}`))
}

/** Saves a picture of the whole page if SCREENSHOTS names a directory. */
export async function keepPicture(page: Page, name: string): Promise<void> {
  const pictures = process.env.SCREENSHOTS
  if (!pictures) return
  await mkdir(pictures, {recursive: true})
  await page.screenshot({fullPage: true, path: join(pictures, `${name}.png`)})
}

/** The right edge of what reaches furthest to the right, except in drawings, which are cut on purpose. */
export const RIGHTMOST = `Math.max(...[...document.querySelectorAll('body *')]
  .filter(one => one.checkVisibility() && !one.closest('svg, .map, .crumbs')).map(one => one.getBoundingClientRect().right))`

const WAYS: Readonly<Record<string, BrowserContextOptions>> = {
  dark: {colorScheme: 'dark'},
  light: {colorScheme: 'light'},
  phone: {viewport: {height: 800, width: 390}},
}

/** What is wrong with a page: light, dark, on a phone, and on paper. */
export async function faultsInEachWay(browser: Browser, file: string, name: string): Promise<string[]> {
  const faults: string[] = []
  for (const [way, options] of Object.entries(WAYS)) {
    const {close, complaints, page, requests} = await look(browser, file, options)
    faults.push(...(await faultsOf(page)), ...complaints, ...requests)
    const rightmost = await page.evaluate<number>(RIGHTMOST)
    if (rightmost > page.viewportSize()!.width) faults.push(`${way}: wider than the window: ${rightmost}`)
    await keepPicture(page, `${name}-${way}`)
    if (way === 'dark') {
      await page.emulateMedia({colorScheme: 'dark', media: 'print'})
      await page.evaluate(`dispatchEvent(new Event('beforeprint'))`)
      const scheme = await page.evaluate('getComputedStyle(document.documentElement).colorScheme')
      if (scheme !== 'light') faults.push(`print: ${String(scheme)}`)
      await keepPicture(page, `${name}-print`)
    }

    await close()
  }

  return faults
}
