// Benchmarks that need the tests' app, Postgres and bucket, which are TypeScript: vitest loads them, and fails if one
// fails.
import {defineConfig} from 'vitest/config'

export default defineConfig({
  test: {
    disableConsoleIntercept: true,
    fileParallelism: false,
    hookTimeout: 180_000,
    include: ['bench/agent/*.bench.ts'],
    root: new URL('../..', import.meta.url).pathname,
    testTimeout: 3_600_000,
  },
})
