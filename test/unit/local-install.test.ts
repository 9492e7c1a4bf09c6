// The built plugin without its optional dependencies, as `npm install --omit=optional` leaves it: dumps in local files
// are analyzed all the same, and what needs more says so.
import {readFileSync} from 'node:fs'
import {fileURLToPath} from 'node:url'
import {expect, it} from 'vitest'
import {runPlugin} from '../support/run-plugin.js'

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const {optionalDependencies} = JSON.parse(readFileSync(file('../../package.json'), 'utf8')) as {
  optionalDependencies: Record<string, string>
}
const dump = file('../fixtures/dumps/ruby-4.0-traced.json.gz')

const hook = `export async function resolve(name, context, next) {
  const left = ${JSON.stringify(Object.keys(optionalDependencies))}.find(one => name === one || name.startsWith(one + '/'))
  if (left) throw Object.assign(new Error("Cannot find package '" + left + "' imported from a test"), {code: 'ERR_MODULE_NOT_FOUND'})
  return next(name, context)
}`
const dataUrl = (code: string) => `data:text/javascript,${encodeURIComponent(code)}`
const without = {
  NODE_OPTIONS: `--import ${dataUrl(`import {register} from 'node:module'; register(${JSON.stringify(dataUrl(hook))})`)}`,
}

it.each([
  ['heapdump:analyze', [dump, '--no-cache']],
  ['heapdump:explain', [dump, 'Object']],
])('%s reads a local file', async (command, args) => {
  const {code, stderr, stdout} = await runPlugin([command, ...args], {env: without})
  expect({code, stderr}).toEqual({code: 0, stderr: ''})
  expect(stdout).toContain('Next: heroku heapdump:')
})

it('what needs more says so', async () => {
  const {code, stdout} = await runPlugin(['heapdump:list', '--app', 'shop', '--json'], {env: without})
  expect(code).toBe(1)
  expect(JSON.parse(stdout)).toMatchObject({
    error: {
      code: 'left_out',
      hint: expect.stringContaining('heroku plugins:install'),
      message: expect.stringMatching(/^This needs @heroku-cli\/command,/),
    },
  })
})
