// Commands in a report can be pasted: they name the app that the dump is from.
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

/** What the page and the advice of suspects say after the command. Blanks do not count: a page wraps. */
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

it('of an app', async () => {
  expect(await afterCommand('latest', '--app', 'shop')).toEqual(named(' --app shop'))
})

it('of a file with the configuration', async () => {
  expect(await afterCommand('latest', '--env', bucket.envFile)).toEqual(named(` --env ${bucket.envFile}`))
})

it('of the app that a downloaded dump is from', async () => {
  const file = join(bucket.directory, 'downloaded.json.gz')
  await writeFile(file, body)
  const [dump] = readCatalogue([{key: `heapdump/v1/${NAME}.json.gz`, storedBytes: body.length}])
  await writeFactsBeside(file, {app: 'shop', dump, facts: {}})
  expect(await afterCommand(file)).toEqual(named(' --app shop'))
})

it('of nothing that a file alone does not tell', async () => {
  expect(await afterCommand(fixture)).toEqual(named(''))
})
