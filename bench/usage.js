// Preloaded with `node --import`: at exit, writes the process's CPU, memory and time to the file that BENCH_USAGE
// names.
import {writeFileSync} from 'node:fs'
import {isMainThread} from 'node:worker_threads'

const started = performance.now() - process.uptime() * 1000

if (isMainThread) {
  process.on('exit', () => {
    const {userCPUTime, systemCPUTime, maxRSS} = process.resourceUsage()
    const usage = {
      cpuSeconds: (userCPUTime + systemCPUTime) / 1e6,
      rssBytes: maxRSS * 1024,
      wallSeconds: (performance.now() - started) / 1e3,
    }
    writeFileSync(process.env.BENCH_USAGE, JSON.stringify(usage))
  })
}
