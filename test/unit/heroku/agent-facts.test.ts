// What the API knows about a dyno without an answering agent.
import type {APIClient} from '@heroku-cli/command'
import {expect, it} from 'vitest'
import {readAgentFacts} from '../../../src/lib/heroku/agent-facts.js'
import {startHerokuApi} from '../../support/heroku-api.js'

it('recognizes the buildpack in any spelling of its URL', async () => {
  const api = await startHerokuApi({buildpacks: ['https://git.example/Heroku-HeapDump'], name: 'shop', vars: {}})
  const heroku = {
    async get(path: string) {
      const response = await fetch(`${api.url}${path}`, {headers: {authorization: `Bearer ${api.apiKey}`}})
      return {body: await response.json()}
    },
  } as unknown as APIClient
  try {
    const settings = {app: 'shop', source: '⬢ shop', vars: {}}
    expect(await readAgentFacts(settings, heroku)).toMatchObject({buildpackAdded: true, dynosUp: []})
    api.app.buildpacks = ['heroku/ruby']
    expect(await readAgentFacts(settings, heroku)).toMatchObject({buildpackAdded: false})
  } finally {
    await api.stop()
  }
})
