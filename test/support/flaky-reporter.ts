// Lists each test that passed only on a retry. An occasional race between real processes is acceptable; more than
// ALLOWED in one run fail it, because then something is wrong with the tests or the code.
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
