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
          testTimeout: 120_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
})
