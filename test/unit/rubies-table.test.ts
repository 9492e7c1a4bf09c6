import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeEach, expect, it} from 'vitest'
import {SUITES} from '../../scripts/rubies/chroot.js'
import {addResults, rewriteRow} from '../../scripts/rubies/table.js'

const directory = mkdtempSync(join(tmpdir(), 'heapdump-table-'))
const [page, report, kept] = ['rubies.md', 'report.json', 'results.json'].map(name => join(directory, name))
const DOC = '# Rubies\n\n| suite | Ruby |\n|---|---|\n| sid | 3.3.8 | and so on |\n| trixie | not run |\n\nMore.\n'
const gems = {bootsnap: '1.26', pg: '1.7', puma: '8.0', rails: '7.2', sidekiq: '8.1', unicorn: null}
const versions = {...gems, ruby: '3.4.11', yjit: false}
const files = ['test/agent/dump.test.ts', 'test/frameworks/servers.test.ts']

/** A run of some files, with the states of their tests → the row of trixie. */
function run(day: string, ran: Readonly<Record<string, readonly string[]>>) {
  const testResults = Object.entries(ran).map(([file, states]) => ({
    assertionResults: states.map(status => ({status})),
    name: join('/shop', file),
    status: states.every(state => state !== 'failed') && states.length > 0 ? 'passed' : 'failed',
  }))
  writeFileSync(report, JSON.stringify({testResults}))
  rewriteRow(page, 'trixie', versions, addResults(kept, report, '/shop', day), files)
  return readFileSync(page, 'utf8').split('\n')[5]
}

beforeEach(() => {
  rmSync(kept, {force: true})
  writeFileSync(page, DOC)
})
afterAll(() => rmSync(directory, {recursive: true}))

it('rewrites the row of the suite that ran, and no other line', () => {
  const row = run('2026-11-28', {[files[0]]: ['passed', 'passed'], [files[1]]: ['passed']})
  expect(row).toBe('| trixie | 3.4.11 | 7.2 | 8.0 | 1.7 | 8.1 | not installed | 2 of 2 | 3 of 3 | 2026-11-28 |')
  expect(readFileSync(page, 'utf8')).toBe(DOC.replace('| trixie | not run |', row))
})

it('names the files that failed, cannot be loaded or never ran; a later run of one replaces its result alone', () => {
  expect(run('2026-11-27', {[files[0]]: ['passed', 'failed', 'skipped']})).toContain(
    '| 0 of 2; failed: agent/dump; not run: frameworks/servers | 1 of 3; 1 skipped | 2026-11-27 |',
  )
  expect(run('2026-11-28', {[files[1]]: []})).toContain('| 0 of 2; failed: agent/dump, frameworks/servers |')
  expect(run('2026-11-29', {[files[1]]: ['passed']})).toContain(
    '| 1 of 2; failed: agent/dump | 2 of 4; 1 skipped | 2026-11-27 |',
  )
})

it('knows each suite of the page, and refuses another', () => {
  const real = readFileSync(join(import.meta.dirname, '../../docs/rubies.md'), 'utf8')
  const tested = Object.entries(SUITES).filter(([, suite]) => !('more' in suite))
  for (const [suite] of tested) expect(real).toContain(`\n| ${suite} |`)
  expect(() => rewriteRow(page, 'woody', versions, {}, files)).toThrow('no row for woody')
})
