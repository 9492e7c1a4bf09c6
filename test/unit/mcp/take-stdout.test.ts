import {PassThrough} from 'node:stream'
import {expect, it} from 'vitest'
import {takeStdout} from '../../../src/lib/mcp/take-stdout.js'

it('leaves stdout to the protocol: whatever else is printed goes to stderr', async () => {
  const [stderr, stdout] = [new PassThrough(), new PassThrough()]
  const protocol = takeStdout({stderr, stdout} as unknown as Pick<NodeJS.Process, 'stderr' | 'stdout'>)
  stdout.write('a library is chatty\n')
  await new Promise(resolve => {
    protocol.write('{"jsonrpc":"2.0"}\n', resolve)
  })
  expect(String(stdout.read())).toBe('{"jsonrpc":"2.0"}\n')
  expect(String(stderr.read())).toBe('a library is chatty\n')
})
