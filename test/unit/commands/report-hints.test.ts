// Commands in a report name the app of the dump, so that they can be pasted.
import {readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, it} from 'vitest'
import HeapdumpAnalyze from '../../../src/commands/heapdump/analyze.js'
import {writeFactsBeside} from '../../../src/lib/store/facts-beside.js'
import {readCatalogue} from '../../../src/lib/store/dump-key.js'
import {type TestBucket, openBucket, storedDump} from '../../support/bucket.js'
import {startHerokuApi} from '../../support/heroku-api.js'
import {runCommand} from '../../support/run-command.js'
import {apiEnvironment, setEnvironment} from '../../support/settings.js'

const fixture = join(import.meta.dirname, '../../fixtures/dumps/ruby-4.0-untraced.json.gz')
const body = await readFile(fixture)
const NAME = '20261124T081200Z-web.1-14-k3f9q2m8x1'
let api: Awaited<ReturnType<typeof startHerokuApi>>
let bucket: TestBucket
let restore: () => void

beforeAll(async () => {
  bucket = await openBucket()
  bucket.s3.seed(storedDump(NAME, {body, facts: null}))
  api = await startHerokuApi({name: 'shop', vars: bucket.vars})
  restore = setEnvironment(apiEnvironment(api))
})
afterAll(async () => {
  restore()
  await api.stop()
  await bucket.close()
})

/** What follows the command on the page and in the advice of suspects, without blanks, because a page wraps. */
async function afterCommand(...args: string[]) {
  const page = await runCommand(HeapdumpAnalyze, args)
  const {suspects} = JSON.parse((await runCommand(HeapdumpAnalyze, [...args, '--json'])).stdout) as {
    suspects: Array<{advice: string}>
  }
  const texts = [page.stdout, suspects.map(one => one.advice).join('\n')].map(text => text.replaceAll(/\s/g, ''))
  return texts.map(text => text.split('herokuheapdump:trigger--trace5m')[1])
}

const named = (flags: string) => {
  const start = expect.stringMatching(new RegExp(`^${flags.replaceAll(/\s/g, '')}(?!--app|--env)`))
  return [start, start]
}

it('names the app', async () => {
  expect(await afterCommand('latest', '--app', 'shop')).toEqual(named(' --app shop'))
})

it('names the file with the configuration', async () => {
  expect(await afterCommand('latest', '--env', bucket.envFile)).toEqual(named(` --env ${bucket.envFile}`))
})

it('names the app of a downloaded dump', async () => {
  const file = join(bucket.directory, 'downloaded.json.gz')
  await writeFile(file, body)
  const [dump] = readCatalogue([{key: `heapdump/v1/${NAME}.json.gz`, storedBytes: body.length}])
  await writeFactsBeside(file, {app: 'shop', dump, facts: {}})
  expect(await afterCommand(file)).toEqual(named(' --app shop'))
})

it('names the app of a flag for a file without facts', async () => {
  expect(await afterCommand(fixture, '--app', 'shop')).toEqual(named(' --app shop'))
})

it('names no app for a file without facts', async () => {
  expect(await afterCommand(fixture)).toEqual(named(''))
})
