// What the API knows about a dyno without an answering agent.
import type {APIClient} from '@heroku-cli/command'
import {expect, it} from 'vitest'
import {explainNoAgent, readAgentFacts} from '../../../src/lib/heroku/agent-facts.js'
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

it('expects neither a buildpack nor its absence of an app with a vendored agent', () => {
  const facts = {
    buildpackAdded: false,
    disabled: false,
    dynosUp: ['web.1'],
    enabledDynos: ['web.1'],
    patterns: ['web.1'],
  }
  const lines = explainNoAgent(facts, 'web.1', ['--app', 'shop']).join('\n')
  expect(lines).toContain('  1. the app has no heapdump buildpack, and vendor/heapdump is not deployed\n')
  expect(lines).toContain("     → heroku heapdump:setup --app shop, in the app's directory; then deploy as it says\n")
  expect(lines).toContain("  2. the app's DATABASE_URL points to a connection pool\n")
  expect(lines).toContain('     → heroku logs --dyno web.1 --app shop | grep heapdump')
  expect(lines).not.toContain('the buildpack was added')
  expect(lines).toMatch(
    /JRuby, TruffleRuby or a Ruby before 2\.7.*\n.*→ heroku logs --dyno web\.1 --app shop \| grep "heapdump\.\*CRuby"\n/,
  )
})
