// One palette serves light and dark backgrounds, because it has only colours that a terminal's theme defines for its own
// background. Without colours (NO_COLOR), no screen says less.
import {readdirSync, readFileSync} from 'node:fs'
import {stripVTControlCharacters} from 'node:util'
import {expect, it} from 'vitest'

const screens = new URL('screens/', import.meta.url)
const read = (name: string) => readFileSync(new URL(name, screens), 'utf8')
const coloured = readdirSync(screens).filter(name => name.endsWith('.ansi'))

/** Bold, dim, italic, underlined, inverse, and their ends. */
const WEIGHTS = ['0', '1', '2', '3', '4', '7', '22', '23', '24', '27']
/** Red to cyan, grey, and the foreground. Black and white are missing: one of them is the background. */
const COLOURS = ['31', '32', '33', '34', '35', '36', '90', '39']

it('are those of the terminal’s theme: no black, no white, no background, no fixed shade', () => {
  const used = new Set(
    // oxlint-disable-next-line no-control-regex
    coloured.flatMap(name => [...read(name).matchAll(/\u001B\[([\d;:]*)m/g)].map(([, code]) => code)),
  )
  expect([...used].filter(code => !WEIGHTS.includes(code) && !COLOURS.includes(code))).toEqual([])
  expect(COLOURS.filter(code => used.has(code)).length).toBeGreaterThan(4)
})

it('are named like that where no screen is kept', () => {
  const render = new URL('../../src/lib/render/', import.meta.url)
  const wrong = readdirSync(render, {encoding: 'utf8', recursive: true})
    .filter(name => /\.tsx?$/.test(name) && !name.startsWith('html/'))
    .filter(name => /backgroundColor|['"](?:#[\da-f]{3,8}|(?:black|white)\w*|(?:rgb|ansi256)\(.*)['"]/i.test(readFileSync(new URL(name, render), 'utf8')))
  expect(wrong).toEqual([])
})

it('leave out nothing when there are none', () => {
  const trimmed = (text: string) => text.replaceAll(/ +$/gm, '')
  const different = coloured.filter(
    name => trimmed(stripVTControlCharacters(read(name))) !== trimmed(read(name.replace('.ansi', '.txt'))),
  )
  expect(different).toEqual([])
})
