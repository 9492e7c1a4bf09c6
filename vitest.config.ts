import {defineConfig} from 'vitest/config'

// "unit" needs nothing but Node. "real" starts Postgres, Ruby, Puma, the Heroku CLI: one file at a time, so that the machine's
// two cores belong to the test that runs.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/{unit,golden}/**/*.test.{ts,tsx}'],
          setupFiles: ['test/support/no-network.ts'],
          // A deadline for what hangs, not a measure of speed: the machine may have other things to do.
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'real',
          include: ['test/{agent,buildpack,dump,e2e}/**/*.test.ts'],
          fileParallelism: false,
          // Deadlines for what hangs, not measures of speed. Real processes have races that no deadline rules out (a port taken between
          // two calls, a signal before a handler): what fails once is tried once more, and the report says so.
          testTimeout: 240_000,
          hookTimeout: 300_000,
          retry: 1,
        },
      },
    ],
  },
})
