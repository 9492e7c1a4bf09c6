import {expect, it} from 'vitest'
import {describeDump} from '../../../src/lib/agent/redaction.js'
import {travelsInPlain} from '../../../src/lib/store/bucket-settings.js'

const KEYS = {accessKeyId: 'a', bucket: 'dumps', region: 'us-east-1', secretAccessKey: 's'}
const said = (destination: {endpoint?: string; encryption?: string}) =>
  describeDump(true, {bucket: 'dumps', ...destination, inPlain: travelsInPlain({...KEYS, ...destination})}).slice(2)

it('says that a dump is encrypted only where it is', () => {
  expect(said({})).toEqual(['It goes to s3://dumps, encrypted.'])
  expect(said({encryption: 'none'})).toEqual(['It goes to s3://dumps.'])
  expect(said({endpoint: 'https://store.example'})).toEqual(['It goes to s3://dumps.'])
  expect(said({endpoint: 'http://store.example'})).toEqual([
    'It goes to s3://dumps.',
    expect.stringMatching(/^Warning: .*http:\/\//),
    'Use an https:// endpoint.',
  ])
  for (const line of describeDump(false, {bucket: 'dumps', inPlain: true})) expect(line.length).toBeLessThanOrEqual(78)
})

it.each([
  ['http://store.example', true],
  ['http://10.0.0.1:9000', true],
  ['http://localhost.example', true],
  ['http://127.0.0.1.example', true],
  ['https://store.example', false],
  ['http://localhost:9000', false],
  ['http://127.0.0.1:9000', false],
  ['http://[::1]:9000', false],
  ['no address', false],
])('%s in plain: %s', (endpoint, plain) => {
  expect(travelsInPlain({...KEYS, endpoint})).toBe(plain)
})
