// Keeps stdout for the protocol: a client takes any other line there for a broken message.
import {Writable} from 'node:stream'

/** The only way to stdout from now on. Whatever else is printed goes to stderr, which clients log. */
export function takeStdout({stderr, stdout}: Pick<NodeJS.Process, 'stderr' | 'stdout'>): Writable {
  const send = stdout.write.bind(stdout)
  stdout.write = stderr.write.bind(stderr) as typeof stdout.write
  return new Writable({
    decodeStrings: false,
    write(chunk: string, encoding, done) {
      send(chunk, encoding, done)
    },
  })
}
