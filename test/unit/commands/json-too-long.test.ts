// `--json` with a document longer than a string can be, as with `--top 0` for a dump of 500 MB.
import {expect, it} from 'vitest'
import {HeapdumpCommand} from '../../../src/lib/cli/base-command.js'
import {runCommand} from '../../support/run-command.js'

class Everything extends HeapdumpCommand {
  async run(): Promise<object> {
    await this.parse(Everything)
    // Longer than V8's longest string, without the seconds it would take to build.
    return {toJSON: () => 'x'.repeat(2 ** 30)}
  }
}

it('reports an error that says what to do', async () => {
  const {code, stdout, stderr} = await runCommand(Everything, ['--json'])
  expect(JSON.parse(stdout)).toEqual({
    schemaVersion: 1,
    error: {
      code: 'too_long',
      hint: 'Ask for fewer rows: --top N instead of --top 0.',
      message: 'The JSON document would be larger than 512 MB.',
    },
  })
  expect(stderr).toBe('')
  expect(code).toBe(1)
})
