// A unit test that reaches a real service is a bug: only loopback answers. At the socket, where nobody gets past, and where nothing stands
// between a client and a server on loopback (an interceptor of HTTP broke streams that were read slowly).
import {Socket} from 'node:net'

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost'])

const {connect} = Socket.prototype as {connect: (...args: unknown[]) => Socket}

/** `connect(port, host)`, `connect({host, port})`, `connect({path})`; node's own callers pass their arguments in an array. */
function hostOf(args: readonly unknown[]): string {
  const [first, second] = Array.isArray(args[0]) ? (args[0] as unknown[]) : args
  if (typeof first === 'object' && first !== null) {
    const {host = 'localhost', path} = first as {host?: string; path?: string}
    return path === undefined || path === null ? host : 'localhost'
  }

  return typeof second === 'string' ? second : 'localhost'
}

Socket.prototype.connect = function (this: Socket, ...args: unknown[]): Socket {
  const host = hostOf(args)
  if (!LOOPBACK.has(host)) {
    // Later, because TLS goes on with its handle first.
    process.nextTick(() => this.destroy(new Error(`a unit test wanted to reach ${host}`)))
    return this
  }

  return connect.apply(this, args)
} as typeof Socket.prototype.connect
