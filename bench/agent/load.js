// The visitors, in a process of their own: what the bucket's double and the measuring process compute must not count as the app's latency.
//   node bench/agent/load.js URL PER_SECOND
// Says when it is warm: its own first requests are slow. From then on it counts; told to stop by a message, it answers with what it saw.
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
