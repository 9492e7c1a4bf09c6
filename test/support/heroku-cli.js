// The real Heroku CLI, with the packed plugin installed, in its own directories.
import {execFile, spawn} from 'node:child_process'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {promisify} from 'node:util'
import {herokuCliDirectory} from '../../scripts/setup.js'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const run = promisify(execFile)

/** @param {{url: string, apiKey: string} | null} api */
export async function installHerokuCli(api) {
  const home = await mkdtemp(join(tmpdir(), 'heapdump-heroku-home-'))
  const env = {
    ...process.env,
    DISABLE_TELEMETRY: 'true',
    HEROKU_API_KEY: api?.apiKey ?? 'none',
    HEROKU_DATA_HOST: '127.0.0.1',
    HEROKU_HOST: api?.url ?? 'http://127.0.0.1:9',
    HEROKU_SKIP_NEW_VERSION_CHECK: 'true',
    HOME: home,
    NO_COLOR: '1',
    XDG_CACHE_HOME: join(home, 'cache'),
    XDG_CONFIG_HOME: join(home, 'config'),
    XDG_DATA_HOME: join(home, 'data'),
  }
  delete env.HEROKU_APP
  // Set by the test runner; with it, the CLI would look for TypeScript sources.
  delete env.NODE_ENV
  const program = join(herokuCliDirectory, 'node_modules/.bin/heroku')

  return {
    env,
    home,
    program,
    /** Packs the plugin of a checkout as for publishing, and installs it as a user would. */
    async installPlugin(checkout = root) {
      const {stdout} = await run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', home], {
        cwd: checkout,
        maxBuffer: 1 << 26,
      })
      const [packed] = Object.values(JSON.parse(stdout))
      await run(program, ['plugins:install', `file://${join(home, packed.filename)}`], {
        cwd: home,
        env: {...env, HEROKU_HOST: ''},
        maxBuffer: 1 << 26,
      })
      return packed
    },
    /** @param {string[]} args @returns {Promise<{code: number | null, stdout: string, stderr: string}>} */
    heroku(args, options = {}) {
      return new Promise((resolve, reject) => {
        const child = spawn(program, args, {cwd: home, env, stdio: ['ignore', 'pipe', 'pipe'], ...options})
        let stdout = ''
        let stderr = ''
        child.stdout?.on('data', chunk => (stdout += chunk))
        child.stderr?.on('data', chunk => (stderr += chunk))
        child.once('error', reject)
        child.once('close', code => resolve({code, stderr, stdout}))
      })
    },
    async remove() {
      await rm(home, {force: true, recursive: true})
    },
  }
}
