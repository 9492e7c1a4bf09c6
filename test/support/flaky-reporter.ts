// Names each test that passed only when it was tried again. A race of real processes is forgiven now and then; more than
// ALLOWED in one run fail it, for then something is wrong with the tests or with what they test.
import type {Reporter, TestCase} from 'vitest/node'

const ALLOWED = 2

export default class FlakyReporter implements Reporter {
  readonly #flaky: string[] = []

  onTestCaseResult(test: TestCase): void {
    const {flaky, retryCount = 0} = test.diagnostic() ?? {}
    if (flaky) this.#flaky.push(`${test.module.relativeModuleId} > ${test.fullName} (attempt ${retryCount + 1})`)
  }

  onTestRunEnd(): void {
    if (this.#flaky.length === 0) return
    console.log(
      `\n${this.#flaky.length} flaky (${ALLOWED} allowed):\n${this.#flaky.map(name => `  ${name}\n`).join('')}`,
    )
    if (this.#flaky.length > ALLOWED) process.exitCode = 1
  }
}
