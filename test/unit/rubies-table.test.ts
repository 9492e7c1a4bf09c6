import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeEach, expect, it} from 'vitest'
import {SUITES} from '../../scripts/rubies/chroot.js'
import {rewriteRow} from '../../scripts/rubies/table.js'

const directory = mkdtempSync(join(tmpdir(), 'heapdump-table-'))
const file = join(directory, 'rubies.md')
const DOC = '# Rubies\n\n| suite | Ruby |\n|---|---|\n| sid | 3.3.8 | and so on |\n| trixie | not run |\n\nMore.\n'
const gems = {bootsnap: '1.26', pg: '1.7', puma: '8.0', rails: '7.2', sidekiq: '8.1', unicorn: null}
const versions = {...gems, ruby: '3.4.11', yjit: false}
beforeEach(() => writeFileSync(file, DOC))
afterAll(() => rmSync(directory, {recursive: true}))

it('rewrites the row of the suite that ran, and no other line', () => {
  rewriteRow(file, 'trixie', versions, {failed: [], files: 16, passedTests: 140, skipped: 0, tests: 140}, '2026-11-28')
  const row = '| trixie | 3.4.11 | 7.2 | 8.0 | 1.7 | 8.1 | not there | 16 of 16 | 140 of 140 | 2026-11-28 |'
  expect(readFileSync(file, 'utf8')).toBe(DOC.replace('| trixie | not run |', row))
})

it('names the test files that failed', () => {
  const failed = ['test/agent/dump.test.ts', 'test/frameworks/servers.test.ts']
  rewriteRow(file, 'sid', {...versions, yjit: true}, {failed, files: 16, passedTests: 120, skipped: 1, tests: 140})
  const row = readFileSync(file, 'utf8').split('\n').find(line => line.startsWith('| sid | 3.4.11 (YJIT) |'))
  expect(row).toContain('| 14 of 16; failed: agent/dump, frameworks/servers | 120 of 140; 1 skipped |')
})

it('knows each suite of the page, and refuses another', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/rubies.md'), 'utf8')
  for (const suite of Object.keys(SUITES)) expect(page).toContain(`\n| ${suite} |`)
  const ran = {failed: [], files: 1, passedTests: 1, skipped: 0, tests: 1}
  expect(() => rewriteRow(file, 'woody', versions, ran)).toThrow('no row for woody')
})
