// Formatted numbers: no plural for one, and no unit overflows into the next.
import {expect, it} from 'vitest'
import {
  formatBytes,
  formatCount,
  formatCounted,
  formatDuration,
  formatObjects,
  formatSigned,
  parseBytes,
  parseDuration,
} from '../../src/lib/units.js'

it('has no plural for one', () => {
  expect([0, 1, 2, 1204].map(formatObjects)).toEqual(['0 objects', '1 object', '2 objects', '1,204 objects'])
  expect([1, 3].map(count => formatCounted(count, 'collection'))).toEqual(['1 collection', '3 collections'])
})

it('never shows 60 of the smaller unit', () => {
  expect([59.6, 1199.7, 3599.6, 3600, 7199.9, 5400].map(formatDuration)).toEqual([
    '1 min',
    '20 min',
    '1 h',
    '1 h',
    '2 h',
    '1 h 30 min',
  ])
  for (let seconds = 0; seconds < 9000; seconds += 1.7) expect(formatDuration(seconds)).not.toMatch(/\b60\b/)
})

it('parses durations as the agent does', () => {
  expect(['90', '30s', ' 5m ', '2 h', '1d'].map(parseDuration)).toEqual([90, 30, 300, 7200, 86_400])
  expect(['', '0', '0m', '1w', '1.5h', '-1s', '1h30m', '1234567890'].map(parseDuration)).toEqual(Array(8).fill(null))
})

it('shows sizes with at most three digits, and one sign', () => {
  expect([999, 999.6e3, 1e6, -1, -2.5e6].map(formatBytes)).toEqual(['999 B', '1.0 MB', '1.0 MB', '−1 B', '−2.5 MB'])
})

it('shows a change with a sign, and a decrease with a minus sign everywhere', () => {
  expect([527e3, 0, -527e3].map(change => formatSigned(change))).toEqual(['+527 kB', '+0 B', '−527 kB'])
  expect([-1234, 1234].map(count => formatSigned(count, formatCount))).toEqual(['−1,234', '+1,234'])
  expect([formatBytes(-527e3), formatCount(-1234)]).toEqual(['−527 kB', '−1,234'])
})

it('takes a MB for 10⁶ bytes and a MiB for 2²⁰', () => {
  expect(['50MB', '50 mb', '50M', '1.5GB', '800000', '64MiB', '1 GiB', '2T'].map(parseBytes)).toEqual([
    50e6,
    50e6,
    50e6,
    1.5e9,
    800_000,
    64 * 2 ** 20,
    2 ** 30,
    2e12,
  ])
  expect(['', 'MB', '-1MB', '50i', '50 miles', '0MB', '1.2345MB'].map(parseBytes)).toEqual(Array(7).fill(null))
})
