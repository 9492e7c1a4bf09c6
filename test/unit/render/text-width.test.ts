// Text in any script, cut to terminal columns: never too wide, and never within a character.
import stringWidth from 'string-width'
import {expect, it} from 'vitest'
import {firstColumns, padEnd, padStart, shortenLeft, shortenRight, widthOf} from '../../../src/lib/render/text-width.js'
import {wrapWords} from '../../../src/lib/render/wrap.js'
import {cases} from '../../support/cases.js'
import {foreignIn, UNPRINTABLE} from '../../support/hostile.js'
import {columnsOf} from '../../support/screens.js'

const TEXTS = [
  '/app/lib/a.rb:12',
  '漢字カタカナ한국어😀🎉/漢.rb',
  'e\u0301a\u0308'.repeat(20),
  '😀'.repeat(20),
  '👍🏽'.repeat(20),
  '🇩🇪🇦'.repeat(20),
  'ไทยกำ'.repeat(8),
  '1\u20e3'.repeat(20),
  ...UNPRINTABLE,
]

it.each(TEXTS)('%j', text => {
  for (let width = 0; width <= 60; width++) {
    for (const cut of [shortenLeft(text, width), shortenRight(text, width)]) {
      expect(columnsOf(cut)).toBeLessThanOrEqual(width)
      expect(stringWidth(cut)).toBeLessThanOrEqual(width)
      expect(foreignIn(cut)).toEqual([])
    }

    const [left, right] = [shortenLeft(text, width), shortenRight(text, width)]
    expect(widthOf(padStart(left, width))).toBe(width)
    expect(widthOf(padEnd(right, width))).toBe(width)
    // As much as fits: a flag, or an emoji with its colour, may leave three columns unused.
    if (left.startsWith('…')) expect(widthOf(left)).toBeGreaterThanOrEqual(width - 3)
    if (right.endsWith('…')) expect(widthOf(right)).toBeGreaterThanOrEqual(width - 3)
  }

  expect(firstColumns(text, 1000)).toBe(text)
})

it('keeps a number and its unit on one line', () => {
  const text = 'Grew by 694 MB in 10 min 23 s, by 64 % in 3 days and by 12 sizes'
  for (let width = 10; width <= text.length; width++) {
    const lines = wrapWords(text, width)
    expect(lines.join(' ')).toBe(text)
    expect(lines.filter(line => /^(MB|min|s|%|days)\b/.test(line))).toEqual([])
  }
})

it('measures and cuts text of any length', () => {
  const count = cases(50_000)
  const text = '漢e\u0301'.repeat(count)
  expect(widthOf(text)).toBe(count * 3)
  expect([shortenLeft(text, 6), shortenRight(text, 6)]).toEqual(['…e\u0301漢e\u0301', '漢e\u0301漢…'])
  expect(wrapWords(text, 60)).toHaveLength(count / 20)
})
