// A TCP proxy that can lose data.
import {type Socket, connect, createServer} from 'node:net'

export type Proxy = Awaited<ReturnType<typeof startProxy>>

export async function startProxy(targetPort: number) {
  let target = targetPort
  let paused = false
  const pairs = new Set<readonly [Socket, Socket]>()
  const server = createServer(near => {
    const far = connect(target, '127.0.0.1')
    const pair = [near, far] as const
    pairs.add(pair)
    for (const [from, to] of [
      [near, far],
      [far, near],
    ]) {
      from.on('data', chunk => to.write(chunk))
      from.on('error', () => {})
      from.on('close', () => {
        pairs.delete(pair)
        to.destroy()
      })
      if (paused) from.pause()
    }
  })
  await new Promise<void>(resolve => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  const each = (act: (socket: Socket) => unknown) => {
    for (const pair of pairs) for (const socket of pair) act(socket)
  }
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    /** Breaks every connection. */
    cut: () => each(socket => socket.destroy()),
    /** Keeps connections, but passes nothing on; also accepts new ones. */
    pause() {
      paused = true
      each(socket => socket.pause())
    },
    resume() {
      paused = false
      each(socket => socket.resume())
    },
    /** Sends new connections to that port. */
    retarget(port: number) {
      target = port
    },
    async stop() {
      each(socket => socket.destroy())
      await new Promise<void>(resolve => {
        server.close(() => resolve())
      })
    },
  }
}
