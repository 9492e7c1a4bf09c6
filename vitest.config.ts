import {defineConfig} from 'vitest/config'

// "unit" needs nothing but Node. "real" starts Postgres, Ruby, Puma, the Heroku CLI: one file at a time, so that the machine's
// two cores belong to the test that runs. "faults" does too, but waits most of its five minutes: unit tests run beside it.
// Deadlines are for what hangs, not measures of speed. Real processes have races that no deadline rules out (a port taken between
// two calls, a signal before a handler): what fails once is tried once more, and FlakyReporter names and counts it.
const withProcesses = {
  hookTimeout: 300_000,
  retry: 1,
  setupFiles: ['test/support/cache-home.ts'],
  testTimeout: 240_000,
}
const FAULTS = 'test/agent/faults.test.ts'

export default defineConfig({
  test: {
    reporters: ['default', './test/support/flaky-reporter.ts'],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/{unit,golden}/**/*.test.{ts,tsx}'],
          // In CI, Ink draws only the last frame, so a test of an interactive screen would wait for the first.
          env: {CI: 'false', CONTINUOUS_INTEGRATION: 'false'},
          // Starting a process and loading its modules for each of a hundred files takes a third of the time.
          isolate: false,
          // Tests that read dumps create much garbage: fewer, larger collections save 5 % of the CPU time.
          execArgv: ['--max-semi-space-size=64'],
          setupFiles: ['test/support/cache-home.ts', 'test/support/no-network.ts'],
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'real',
          include: ['test/{agent,buildpack,dump,e2e}/**/*.test.ts'],
          exclude: [FAULTS],
          fileParallelism: false,
          ...withProcesses,
        },
      },
      {test: {name: 'faults', include: [FAULTS], ...withProcesses}},
    ],
  },
})
