// The visitors, in a separate process, so that work of the S3 double and of the benchmark does not count as latency.
//   node bench/agent/load.js URL PER_SECOND
// Sends `warm` after its own first, slow requests, and counts from then on; on a message, stops and replies with its
// counts.
import {setTimeout as sleep} from 'node:timers/promises'
import {startTraffic} from '../../test/support/traffic.js'

const [url, perSecond] = process.argv.slice(2)
const WARM_MS = 1000
const options = {path: '', perSecond: Number(perSecond)}
const first = startTraffic(url, options)
await sleep(WARM_MS)
await first.stop()
const traffic = startTraffic(url, options)
process.once('message', async () => {
  await traffic.stop()
  process.send({failures: traffic.failures, latenciesMs: traffic.latenciesMs}, () => process.disconnect())
})
process.send('warm')
