// Sets the environment that a command reads, for one test.

/** Sets environment variables of this process until the returned function is called. */
export function setEnvironment(vars: Readonly<Record<string, string>>): () => void {
  const before = Object.fromEntries(Object.keys(vars).map(name => [name, process.env[name]]))
  Object.assign(process.env, vars)
  return () => {
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) delete process.env[name]
      else process.env[name] = value
    }
  }
}

/** Points the Heroku CLI's libraries to a fake API on loopback. */
export function apiEnvironment(api: {readonly url: string; readonly apiKey: string}): Record<string, string> {
  return {DISABLE_TELEMETRY: 'true', HEROKU_API_KEY: api.apiKey, HEROKU_DATA_HOST: '127.0.0.1', HEROKU_HOST: api.url}
}
