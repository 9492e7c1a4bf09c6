// Preloaded with `node --import`: at exit, writes the process's CPU, memory and time, and the time of its last output, to
// the file that BENCH_USAGE names.
import {writeFileSync} from 'node:fs'
import {isMainThread} from 'node:worker_threads'

const started = performance.now() - process.uptime() * 1000

if (isMainThread) {
  let answeredAt = started
  const {write} = process.stdout
  process.stdout.write = function (...args) {
    // oclif ends with an empty one.
    if (args[0].length > 0) answeredAt = performance.now()
    return write.apply(this, args)
  }
  process.on('exit', () => {
    const {userCPUTime, systemCPUTime, maxRSS} = process.resourceUsage()
    const usage = {
      answeredSeconds: (answeredAt - started) / 1e3,
      cpuSeconds: (userCPUTime + systemCPUTime) / 1e6,
      rssBytes: maxRSS * 1024,
      wallSeconds: (performance.now() - started) / 1e3,
    }
    writeFileSync(process.env.BENCH_USAGE, JSON.stringify(usage))
  })
}
