import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import nock from 'nock'
import {afterEach, describe, expect, it} from 'vitest'
import HeapdumpList from '../../../src/commands/heapdump/list.js'
import {runCommand} from '../../support/run-command.js'
import {setEnvironment} from '../../support/settings.js'

describe('the Platform API', () => {
  const apiKey = process.env.HEROKU_API_KEY
  afterEach(() => {
    nock.cleanAll()
    nock.restore()
    if (apiKey === undefined) delete process.env.HEROKU_API_KEY
    else process.env.HEROKU_API_KEY = apiKey
  })

  it('gets the config vars with the API key, and passes errors on', async () => {
    process.env.HEROKU_API_KEY = 'a-key'
    if (!nock.isActive()) nock.activate()
    const api = nock('https://api.heroku.com', {reqheaders: {authorization: 'Bearer a-key'}})
      .get('/apps/nobodys-app/config-vars')
      .reply(404, {id: 'not_found', message: "Couldn't find that app.", resource: 'app'})
    const {code, stdout, stderr} = await runCommand(HeapdumpList, ['--app', 'nobodys-app'])
    expect(`${stdout}${stderr}`).toContain("Couldn't find that app.")
    expect(code).toBe(2)
    api.done()
  })

  it('says that nobody is logged in, instead of asking where no terminal is', async () => {
    const home = await mkdtemp(join(tmpdir(), 'heapdump-home-'))
    const restore = setEnvironment({HOME: home})
    delete process.env.HEROKU_API_KEY
    if (!nock.isActive()) nock.activate()
    nock('https://api.heroku.com').get('/apps/shop/config-vars').reply(401, {id: 'unauthorized', message: 'Invalid.'})
    try {
      const {code, stderr} = await runCommand(HeapdumpList, ['--app', 'shop'])
      expect({code, stderr}).toEqual({
        code: 2,
        stderr: 'You are not logged in to Heroku.\nLog in: heroku login. Or set HEROKU_API_KEY.\n',
      })
    } finally {
      restore()
      await rm(home, {recursive: true})
    }
  })
})
