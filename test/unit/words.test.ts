// The scanner's words are what their letters say.
import {readFileSync} from 'node:fs'
import {expect, it} from 'vitest'
import {withNumbers, WORDS} from '../../scripts/words.js'

it('are the numbers of the letters behind them (node scripts/words.js)', () => {
  const text = readFileSync(WORDS, 'utf8')
  expect(withNumbers(text)).toBe(text)
  expect(text.match(/ = 0x[0-9a-f]+ \/\/ /g)?.length).toBeGreaterThan(90)
})

it('are little-endian, and filled up with zeros', () => {
  expect(withNumbers('export const NAME: u32 = 0 // name')).toBe('export const NAME: u32 = 0x656d616e // name')
  expect(withNumbers('export const OD: u32 = 1 // od')).toBe('export const OD: u32 = 0x0000646f // od')
  expect(() => withNumbers('export const NAME: u16 = 0 // name')).toThrow('does not fit')
})
