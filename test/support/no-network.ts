// A unit test that reaches a real service is a bug: only loopback is allowed. Enforced at the socket, which nothing can
// bypass, and without interfering between a client and a server on loopback (an HTTP interceptor broke slow streams).
import {Socket} from 'node:net'

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost'])

const {connect} = Socket.prototype as {connect: (...args: unknown[]) => Socket}

/** `connect(port, host)`, `connect({host, port})`, `connect({path})`; Node itself passes the arguments in an array. */
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
    // Later, because TLS still uses its handle first.
    process.nextTick(() => this.destroy(new Error(`a unit test tried to connect to ${host}`)))
    return this
  }

  return connect.apply(this, args)
} as typeof Socket.prototype.connect
