// A real PgBouncer in transaction mode in front of a test's Postgres.
import {spawn} from 'node:child_process'
import {chmod, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {connect} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {freePort} from './postgres.js'

export type PgBouncer = {readonly url: string; stop(): Promise<void>}

/** `url`: the database behind it. Anyone may connect. */
export async function startPgBouncer(url: string): Promise<PgBouncer> {
  const {hostname, port: serverPort, username, password, pathname} = new URL(url)
  const directory = await mkdtemp(join(tmpdir(), 'heapdump-pgbouncer-'))
  await chmod(directory, 0o755)
  const port = await freePort()
  const file = join(directory, 'pgbouncer.ini')
  await writeFile(
    file,
    `[databases]
${pathname.slice(1)} = host=${hostname} port=${serverPort} user=${username} password='${decodeURIComponent(password)}'
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
`,
    {mode: 0o644},
  )
  // It refuses to run as root, but can switch to another user.
  const program =
    process.getuid?.() === 0 ? ['/usr/sbin/pgbouncer', '-u', 'nobody', file] : ['/usr/sbin/pgbouncer', file]
  const child = spawn(program[0], program.slice(1), {stdio: ['ignore', 'ignore', 'pipe']})
  let log = ''
  child.stderr.on('data', chunk => (log += chunk))
  const ended = new Promise<void>(resolve => {
    child.once('close', () => resolve())
    child.once('error', () => resolve())
  })
  const stop = async () => {
    child.kill('SIGKILL')
    await ended
    await rm(directory, {force: true, recursive: true})
  }

  const deadline = Date.now() + 20_000
  while (!(await answers(port))) {
    if (Date.now() > deadline || child.exitCode !== null) {
      await stop()
      throw new Error(`PgBouncer is not responding:\n${log}`)
    }

    await new Promise(resolve => setTimeout(resolve, 50))
  }

  return {stop, url: `postgres://${username}:${password}@127.0.0.1:${port}${pathname}`}
}

function answers(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true))
    socket.once('error', () => resolve(false))
    socket.once('close', () => resolve(false))
    socket.unref()
  }).then(result => result as boolean)
}
