// Tests that need more than a plain Debian, and the agent's tests with another Ruby: scripts/rubies.js.
import {defineConfig} from 'vitest/config'

export default defineConfig({
  test: {
    disableConsoleIntercept: true,
    fileParallelism: false,
    hookTimeout: 300_000,
    include: ['test/{agent,frameworks}/**/*.test.ts'],
    retry: 1,
    root: new URL('../..', import.meta.url).pathname,
    testTimeout: 240_000,
  },
})
