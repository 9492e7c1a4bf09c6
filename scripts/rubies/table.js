// The table of docs/rubies.md: one row a suite, rewritten by the run of that suite.
import {readFileSync, writeFileSync} from 'node:fs'

/** The row's cells, in the order of the table's head. */
function cells(suite, versions, ran, day) {
  const {bootsnap: _, ruby, yjit, ...gems} = versions
  const names = ran.failed.map(file => file.replace(/^test\//, '').replace('.test.ts', ''))
  const files = `${ran.files - names.length} of ${ran.files}${names.length > 0 ? `; failed: ${names.join(', ')}` : ''}`
  const of = ['rails', 'puma', 'pg', 'sidekiq', 'unicorn'].map(name => gems[name] ?? 'not there')
  const tests = `${ran.passedTests} of ${ran.tests}${ran.skipped > 0 ? `; ${ran.skipped} skipped` : ''}`
  return [suite, `${ruby}${yjit ? ' (YJIT)' : ''}`, ...of, files, tests, day]
}

/** Puts the result of a run in the place of the suite's row, and leaves every other line as it is. */
export function rewriteRow(file, suite, versions, ran, day = new Date().toISOString().slice(0, 10)) {
  const lines = readFileSync(file, 'utf8').split('\n')
  const at = lines.findIndex(line => line.startsWith(`| ${suite} |`))
  if (at === -1) throw new Error(`${file} has no row for ${suite}`)
  lines[at] = `| ${cells(suite, versions, ran, day).join(' | ')} |`
  writeFileSync(file, lines.join('\n'))
}
