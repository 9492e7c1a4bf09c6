// What the configuration alone tells the doctor.
import {afterEach, expect, it} from 'vitest'
import HeapdumpDoctor, {type DoctorResult} from '../../../src/commands/heapdump/doctor.js'
import {type TestBucket, openBucket} from '../../support/bucket.js'
import {runCommand} from '../../support/run-command.js'

let bucket: TestBucket
afterEach(() => bucket.close())

async function checks(vars: Readonly<Record<string, string>>) {
  bucket = await openBucket({DATABASE_URL: 'postgres://user:password@127.0.0.1:1/app', ...vars})
  const {stdout} = await runCommand(HeapdumpDoctor, ['--env', bucket.envFile, '--json', '--timeout', '1s'])
  return new Map((JSON.parse(stdout) as DoctorResult).checks.map(check => [check.name, check]))
}

it.each([
  ['31 characters', 'x'.repeat(31), 'failed'],
  ['32 characters', 'x'.repeat(32), 'ok'],
  ['blanks', `summer2024${' '.repeat(30)}`, 'failed'],
])('a secret of %s', async (_, secret, state) => {
  const found = await checks({HEAPDUMP_SECRET: secret})
  expect(found.get('secret')?.state).toBe(state)
  if (state === 'failed') expect(found.get('secret')).toMatchObject({fix: expect.stringContaining('openssl rand -hex 32'), text: expect.stringContaining('fewer than 32')})
  expect(found.get('bucket')?.state).toBe('ok')
})

it('a store that is reached over http by way of a network', async () => {
  const found = await checks({AWS_ENDPOINT_URL_S3: 'http://store.example:9000'})
  expect(found.get('bucket')).toMatchObject({fix: expect.stringContaining('https://'), state: 'failed', text: expect.stringContaining('not encrypted')})
  expect(found.get('secret')?.state).toBe('ok')
})
