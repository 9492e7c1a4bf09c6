import {readFileSync} from 'node:fs'
import {expect, it} from 'vitest'
import {rubyInWords, TESTED_RUBIES} from '../../../src/lib/doctor/tested-rubies.js'

it('are those of the table in docs/rubies.md', () => {
  const page = readFileSync(new URL('../../../docs/rubies.md', import.meta.url), 'utf8')
  const rows = [...page.matchAll(/^\| \w+ \| (\d+\.\d+)\.\d+ /gm)].map(([, minor]) => minor)
  expect(rows.length).toBeGreaterThan(3)
  expect(TESTED_RUBIES).toEqual([...new Set(rows)].toSorted())
})

it('are told from others', () => {
  expect(rubyInWords('3.3.8')).toBe('Ruby 3.3.8')
  expect(rubyInWords('4.0.1')).toBe('Ruby 4.0.1 (the agent was never tested on 4.0)')
  expect(rubyInWords('3.2.2')).toBe('Ruby 3.2.2 (the agent was never tested on 3.2)')
})
