// Preloaded (`node --import`): writes what the process took to the file that BENCH_USAGE names, when it exits.
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
