// Everything: build, lint, types, unit tests, then the tests with real Ruby, Postgres and Heroku CLI.
// `npm test -- NAME` runs the test files with NAME in their path.
import {spawnSync} from 'node:child_process'
import {mkdtempSync, readFileSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const directory = mkdtempSync(join(tmpdir(), 'heapdump-test-report-'))
const report = join(directory, 'report.json')

const steps = [
  ['node', ['scripts/build.js']],
  ['npm', ['run', '--silent', 'lint']],
  [
    'node',
    [
      'node_modules/vitest/vitest.mjs',
      'run',
      '--reporter=default',
      '--reporter=./test/support/flaky-reporter.ts',
      '--reporter=json',
      `--outputFile.json=${report}`,
      ...process.argv.slice(2),
    ],
  ],
]
let status = 0
for (const [command, args] of steps) {
  console.log(`\n$ ${command} ${args.filter(arg => !arg.includes('eporter') && !arg.includes(report)).join(' ')}`)
  status = spawnSync(command, args, {cwd: root, stdio: 'inherit'}).status ?? 1
  if (status !== 0) break
}

try {
  const {numPassedTests, numFailedTests, numPendingTests, testResults} = JSON.parse(readFileSync(report, 'utf8'))
  // A file that failed to load has no failed test.
  const broken = testResults.filter(
    file => file.status === 'failed' && !file.assertionResults.some(test => test.status === 'failed'),
  ).length
  const chosen = process.argv.some(arg => arg === '-t' || arg.startsWith('--testNamePattern'))
  if (numPendingTests > 0 && !chosen) {
    console.log(`\n${numPendingTests} skipped: every test must run.`)
    status ||= 1
  }

  console.log(`\n${numPassedTests} passed, ${numFailedTests + broken} failed`)
} catch {
  console.log('\nNo test ran: an earlier step failed.\n0 passed, 1 failed')
  status ||= 1
}

rmSync(directory, {force: true, recursive: true})
process.exitCode = status
