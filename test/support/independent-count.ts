// Counts a dump independently of the agent: by the process itself, and in the stored bytes.
import {gunzipSync} from 'node:zlib'
import {expect} from 'vitest'
import type {Finished} from '../../src/lib/protocol/messages.js'
import {type EnabledApp, type DumpRecord, countObjects, readStoredDump} from './enabled-app.js'
import type {S3Double} from './s3-double.js'

/** Each dump child logs how many heap slots are in use just before it dumps, after a GC: a dump has no garbage. */
export const COUNTING_FORK = `
  Thread.new do
    sleep(0.02) until Heapdump.plain_fork
    fork = Heapdump.plain_fork
    counting = proc do
      pid = fork.call
      unless pid && pid > 0 # nil in the child, before Ruby 3.1
        $stderr.write("collections of #{Process.ppid} off: #{GC.disable}\\n")
        GC.start
        counts = ObjectSpace.count_objects
        $stderr.write("counted #{Process.ppid} #{counts[:TOTAL] - counts[:FREE]}\\n")
      end
      pid
    end
    Heapdump.define_singleton_method(:plain_fork) { counting }
  end
`

/** Compares the agent's report on a dump with both counts; returns its records. The app must run COUNTING_FORK. */
export function expectCounted(app: EnabledApp, s3: S3Double, finished: Finished): DumpRecord[] {
  const records = readStoredDump(s3, finished.key)
  const stored = s3.objects.get(finished.key)?.body ?? Buffer.alloc(0)
  expect(finished.storedBytes).toBe(stored.length)
  expect(finished.bytes).toBe(gunzipSync(stored).length)
  expect(finished.objects).toBe(countObjects(records))
  const counted = Number(app.lines.findLast(line => line.startsWith(`counted ${finished.pid} `))?.split(' ')[2])
  expect(finished.objects).toBeGreaterThan(counted - 200)
  expect(finished.objects).toBeLessThan(counted + 2000)
  return records
}

/** The objects of one class. */
export function instancesOf(records: readonly DumpRecord[], name: string): DumpRecord[] {
  const address = records.find(record => ['CLASS', 'MODULE'].includes(record.type) && record.name === name)?.address
  return records.filter(record => record.type === 'OBJECT' && record.class === address)
}
