// A database that accepts the connection and then stays silent, as after a network failure.
import {createServer, type Server} from 'node:net'
import {afterEach, expect, it} from 'vitest'
import {NotifyConnection, PATIENCE} from '../../../src/lib/postgres/notify-connection.js'

let server: Server
const {queryMs} = PATIENCE
afterEach(() => {
  PATIENCE.queryMs = queryMs
  server.close()
})

/** AuthenticationOk and ReadyForQuery. */
const LOGGED_IN = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0, 0x5a, 0, 0, 0, 5, 0x49])

it('is not waited for forever', async () => {
  PATIENCE.queryMs = 200
  server = createServer(socket => socket.on('error', () => {}).once('data', () => socket.write(LOGGED_IN)))
  await new Promise<void>(resolve => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const {port} = server.address() as {port: number}
  const address = {database: 'app', host: '127.0.0.1', password: 'p', port, tls: false, user: 'u'}
  await expect(NotifyConnection.open(address)).rejects.toMatchObject({
    code: 'database_unreachable',
    message: `Cannot reach the database on 127.0.0.1:${port}: no answer within 0.2 s.`,
  })
})
