// The visitors, in a process of their own: what the bucket's double and the measuring process compute must not count as the app's latency.
//   node bench/agent/load.js URL PER_SECOND       told to stop by a message, answers with what it saw
import {startTraffic} from '../../test/support/traffic.js'

const [url, perSecond] = process.argv.slice(2)
const traffic = startTraffic(url, {path: '', perSecond: Number(perSecond)})
process.once('message', async () => {
  await traffic.stop()
  process.send({failures: traffic.failures, latenciesMs: traffic.latenciesMs}, () => process.disconnect())
})
