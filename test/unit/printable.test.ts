import {expect, it} from 'vitest'
import {isPrintable, printable, printableJson} from '../../src/lib/printable.js'

it.each([
  ['\u001b]52;c;cHduZWQ=\u0007', String.raw`\x1b]52;c;cHduZWQ=\x07`],
  ['a\nb\rc\td', String.raw`a\nb\rc\td`],
  ['\u009b31m', String.raw`\x9b31m`],
  ['photo\u202egnp.exe', String.raw`photo\u202egnp.exe`],
  ['z\u200bw\u200d\ufeff\u2060\u00ad', String.raw`z\u200bw\u200d\ufeff\u2060\xad`],
  ['tag\u{e0041}', String.raw`tag\u{e0041}`],
  ['two\u2028lines\u2029', String.raw`two\u2028lines\u2029`],
  ['half \ud83d of it', String.raw`half \ud83d of it`],
  [`e${'\u0301'.repeat(6)}!`, `e${'\u0301'.repeat(4)}${String.raw`\u0301\u0301`}!`],
  ['filler \u3164 and \ufe0f', String.raw`filler \u3164 and \ufe0f`],
])('escapes %j', (text, shown) => {
  expect(printable(text)).toBe(shown)
  expect(isPrintable(text)).toBe(false)
})

it('keeps visible characters', () => {
  const text = 'Größe 漢字 😀 e\u0301\u0323\u0302\u0308a\u0301 हिन्दी ‹…› \\x1b'
  expect(printable(text)).toBe(text)
  expect(isPrintable(text)).toBe(true)
})

it('writes equivalent JSON', () => {
  const value = {'a\u009b': ['\u202e\u{e0041}\u007f', '\ud83d'], b: 'Größe 😀'}
  const json = printableJson(JSON.stringify(value, null, 2))
  expect(JSON.parse(json)).toEqual(value)
  expect(json.split('\n').every(isPrintable)).toBe(true)
})
