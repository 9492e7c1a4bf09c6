// A fake api.heroku.com on loopback for one app, with the endpoints that the commands use. It records every request, so
// that a test can prove that the real API was not involved.
import {createServer} from 'node:http'

/**
 * @typedef {object} FakeApp
 * @property {string} name
 * @property {Record<string, string>} vars config vars
 * @property {Array<{type: string, quantity: number, size: string}>} [formation]
 * @property {Array<{name: string, state: string}>} [dynos]
 * @property {string[]} [buildpacks] URLs
 * @property {Array<{version: number, slug: {id: string} | null, current?: boolean}>} [releases]
 * @property {Array<{slug: {id: string}, buildpacks: Array<{url: string}>}>} [builds]
 * @property {Record<string, string>} [addonVars] config vars that an add-on sets when it is added
 * @property {object[]} [attachments] addon attachments in the API's format, `addon` and `config_vars` expanded
 */

/** An attachment of a Heroku Postgres, in the API's format. */
export function postgresAttachment(
  app,
  name = 'DATABASE',
  {namespace = null, plan = 'heroku-postgresql:essential-0'} = {},
) {
  return {
    addon: {
      app: {id: 'app-id', name: app},
      id: 'addon-id',
      name: 'postgresql-round-12345',
      plan: {id: 'plan-id', name: plan},
    },
    app: {id: 'app-id', name: app},
    config_vars: [`${name}_URL`],
    id: `attachment-${name}`,
    name,
    namespace,
  }
}

/**
 * @param {FakeApp} app
 * @param {{apiKey?: string}} [options]
 */
export async function startHerokuApi(app, {apiKey = 'a-key-of-nobody'} = {}) {
  /** @type {Array<{method: string, path: string, authorized: boolean, body: string}>} */
  const requests = []
  const routes = {
    [`GET /apps/${app.name}`]: () => ({id: 'app-id', name: app.name}),
    [`GET /apps/${app.name}/addon-attachments`]: () => app.attachments ?? [],
    [`GET /apps/${app.name}/buildpack-installations`]: () =>
      (app.buildpacks ?? []).map((url, ordinal) => ({buildpack: {name: url, url}, ordinal})),
    [`GET /apps/${app.name}/config-vars`]: () => app.vars,
    [`GET /apps/${app.name}/dynos`]: () => app.dynos ?? [],
    [`GET /apps/${app.name}/formation`]: () => app.formation ?? [],
    [`GET /apps/${app.name}/builds`]: () => app.builds ?? [],
    [`GET /apps/${app.name}/releases`]: () => app.releases ?? [],
    [`PATCH /apps/${app.name}/config-vars`]: vars => Object.assign(app.vars, vars),
    [`POST /apps/${app.name}/addons`]: ({plan}) => {
      Object.assign(app.vars, app.addonVars)
      return {id: 'another-addon-id', plan: {name: plan}}
    },
    [`PUT /apps/${app.name}/buildpack-installations`]: ({updates}) => {
      app.buildpacks = updates.map(update => update.buildpack)
      return updates
    },
    'GET /account': () => ({email: 'someone@example.com', id: 'account-id'}),
    'GET /dyno-sizes': () => [
      {memory: 0.5, name: 'Standard-1X'},
      {memory: 2.5, name: 'Performance-M'},
      {memory: 14, name: 'Performance-L'},
    ],
  }
  const server = createServer(async (request, response) => {
    const chunks = []
    for await (const chunk of request) chunks.push(chunk)
    const body = Buffer.concat(chunks).toString()
    const path = (request.url ?? '').split('?')[0]
    const authorized = request.headers.authorization === `Bearer ${apiKey}`
    requests.push({authorized, body, method: request.method ?? '', path})
    const answer = (status, value) => {
      response.writeHead(status, {'content-type': 'application/json'})
      response.end(JSON.stringify(value))
    }

    if (!authorized) return answer(401, {id: 'unauthorized', message: 'Invalid credentials provided.'})
    if (request.method === 'POST' && path === '/actions/addon-attachments/resolve') {
      const {addon_attachment: name, app: appName} = JSON.parse(body)
      if (appName !== app.name && appName !== undefined)
        return answer(404, {id: 'not_found', message: "Couldn't find that app.", resource: 'app'})
      const wanted = name.replace(/_URL$/, '')
      const found = (app.attachments ?? []).filter(one => one.name === wanted || one.addon.name === name)
      return found.length > 0
        ? answer(200, found)
        : answer(404, {id: 'not_found', message: "Couldn't find that add on attachment.", resource: 'attachment'})
    }

    const route = routes[`${request.method} ${path}`]
    if (route) return answer(200, route(body === '' ? {} : JSON.parse(body)))
    return answer(404, {
      id: 'not_found',
      message: path.startsWith('/apps/') ? "Couldn't find that app." : 'Not found.',
      resource: 'app',
    })
  })
  await new Promise(resolve => {
    server.listen(0, '127.0.0.1', () => resolve(null))
  })
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return {
    apiKey,
    app,
    requests,
    async stop() {
      server.closeAllConnections()
      await new Promise(resolve => {
        server.close(() => resolve(null))
      })
    },
    url: `http://127.0.0.1:${port}`,
  }
}
