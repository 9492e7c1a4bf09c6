// npm run soak: many dumps in a row of a two-worker app under load, redacted and plain in turns. What the app's processes hold is counted as it goes; nothing may grow with
// the number of dumps.
//   HEAPDUMP_SOAK_DUMPS=200   triggers, each of two processes
import {expect, it} from 'vitest'
import {trigger} from '../../test/support/armed-app.js'
import {eventually} from '../../test/support/eventually.js'
import {descriptorsOf, rssBytesOf, threadsOf} from '../../test/support/processes.js'
import {startTraffic} from '../../test/support/traffic.js'
import {settingOf} from './setting.js'

const DUMPS = Number(process.env.HEAPDUMP_SOAK_DUMPS ?? 200)
const MEGABYTE = 1_000_000
/** Everything is made once and for all in the first dumps. */
const WARM_UP = Math.min(10, Math.floor(DUMPS / 4))

// A small heap, so that a dump takes a second: what leaks, leaks by the dump. As much as makes an upload in parts. Malloc as Heroku's buildpack for
// Ruby sets it. Garbage is collected every second: otherwise memory also tells when Ruby last felt like it, 65 kB more with each dump for hundreds of them.
const COLLECT = 'Thread.new { loop { sleep 1; GC.start } }'
const setting = settingOf({vars: {BALLAST_MB: '8', EXTRA: COLLECT, MALLOC_ARENA_MAX: '2'}})

type Counts = {readonly dumps: number; readonly processes: number; readonly descriptors: number; readonly threads: number; readonly files: number; readonly rss: number}

async function count(dumps: number): Promise<Counts> {
  const {app} = setting
  await eventually('no dump is under way', () => app.processes().every(one => one.command.startsWith('puma')))
  const pids = app.processes().map(one => one.pid)
  const sum = (of: (pid: number) => number) => pids.reduce((total, pid) => total + of(pid), 0)
  return {
    descriptors: sum(pid => descriptorsOf(pid).length),
    dumps,
    files: (await app.files()).length,
    processes: pids.length,
    rss: Math.round(sum(rssBytesOf) / MEGABYTE),
    threads: sum(threadsOf),
  }
}

it(`${DUMPS} dumps in a row leave nothing behind`, async () => {
  const {app, postgres, s3} = setting
  const traffic = startTraffic(app.url, {perSecond: 20})
  const columns = ['dumps', 'processes', 'descriptors', 'threads', 'files', 'rss'] as const
  console.log(columns.join('\t').replace('rss', 'RSS of all (MB)'))
  const counted: Counts[] = []
  const take = async (dumps: number) => {
    await traffic.pause()
    let counts = await count(dumps)
    // Ruby keeps the native thread of one that ended for a few seconds, in case another begins.
    await eventually('as few threads as at first', async () => (counts = await count(dumps)).threads <= (counted[0] ?? counts).threads).catch(() => {})
    traffic.resume()
    counted.push(counts)
    console.log(columns.map(column => counts[column]).join('\t'))
  }
  for (let dumps = 1; dumps <= DUMPS; dumps++) {
    const events = await trigger(postgres.url, {redact: dumps % 2 === 1})
    expect(events.at(-1)).toMatchObject({failed: 0, finished: 2})
    s3.objects.clear()
    if (dumps === WARM_UP || dumps % Math.ceil(DUMPS / 10) === 0) await take(dumps)
  }

  const {failed, served} = await traffic.stop()
  console.log(`${served} requests served, ${failed} failed; ${s3.uploads.size} unfinished uploads`)
  const [first, last] = [counted[0], counted[counted.length - 1]]
  expect(failed).toBe(0)
  expect(s3.uploads.size).toBe(0)
  for (const column of ['processes', 'descriptors', 'threads', 'files'] as const) expect(last[column]).toBeLessThanOrEqual(first[column])
  // What the two agents hold between dumps; the rest of it is malloc's.
  expect(last.rss - first.rss).toBeLessThan(10)
})
