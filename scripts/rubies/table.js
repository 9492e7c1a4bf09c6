// The table in docs/rubies.md: a row for each suite, with the latest result of each test file.
import {existsSync, readFileSync, writeFileSync} from 'node:fs'

/**
 * Adds a run to the results of the suite's earlier runs, so that failed files can be run again alone.
 * @param {string} file that keeps the results @param {string} report vitest's, as JSON @param {string} root of the test
 * files
 * @returns {Record<string, {day: string, failed: number, passed: number, skipped: number}>} by test file
 */
export function addResults(file, report, root, day = new Date().toISOString().slice(0, 10)) {
  const results = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}
  for (const {assertionResults, name, status} of JSON.parse(readFileSync(report, 'utf8')).testResults) {
    const count = wanted => assertionResults.filter(one => one.status === wanted).length
    // A file that failed to load has no failed test.
    const failed = count('failed') || Number(status === 'failed')
    const ran = {
      day,
      failed,
      passed: count('passed'),
      skipped: assertionResults.length - count('passed') - count('failed'),
    }
    results[name.slice(root.length + 1)] = ran
  }

  writeFileSync(file, JSON.stringify(results, null, 1))
  return results
}

const nameOf = file => file.replace(/^test\//, '').replace('.test.ts', '')
const sum = numbers => numbers.reduce((total, number) => total + number, 0)

/**
 * The row's cells, in the order of the table's head. `files`: all test files; those that never ran are listed as such.
 */
function cells(suite, versions, results, files) {
  const {ruby, yjit, ...gems} = versions
  const ran = files.filter(file => results[file]).map(file => ({file, ...results[file]}))
  const notes = [
    ['failed', ran.filter(one => one.failed > 0).map(one => nameOf(one.file))],
    ['not run', files.filter(file => !results[file]).map(nameOf)],
  ]
  const remarks = notes.filter(([, names]) => names.length > 0).map(([what, names]) => `; ${what}: ${names.join(', ')}`)
  const skipped = sum(ran.map(one => one.skipped))
  const passed = sum(ran.map(one => one.passed))
  return [
    suite,
    `${ruby}${yjit ? ' (YJIT)' : ''}`,
    ...['rails', 'puma', 'pg', 'sidekiq', 'unicorn'].map(name => gems[name] ?? 'not installed'),
    `${ran.filter(one => one.failed === 0).length} of ${files.length}${remarks.join('')}`,
    `${passed} of ${passed + skipped + sum(ran.map(one => one.failed))}${skipped > 0 ? `; ${skipped} skipped` : ''}`,
    ran.map(one => one.day).toSorted()[0] ?? '',
  ]
}

/** Replaces the suite's row, and leaves all other lines unchanged. */
export function rewriteRow(page, suite, versions, results, files) {
  const lines = readFileSync(page, 'utf8').split('\n')
  const at = lines.findIndex(line => line.startsWith(`| ${suite} |`))
  if (at === -1) throw new Error(`${page} has no row for ${suite}`)
  lines[at] = `| ${cells(suite, versions, results, files).join(' | ')} |`
  writeFileSync(page, lines.join('\n'))
}
