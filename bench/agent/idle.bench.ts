// What an idle agent costs: two processes of one app, one with an enabled, leading agent (the most expensive role), the
// other with HEAPDUMP_DISABLED. The app has a connection to its Postgres and has loaded json and openssl, like every
// Rails app; otherwise libpq would add 7 MB and openssl 2.5 MB. Memory is the RSS, CPU the time of all threads.
import {readFileSync, readdirSync} from 'node:fs'
import {expect, it} from 'vitest'
import {startEnabledApp} from '../../test/support/enabled-app.js'
import {rssBytesOf} from '../../test/support/processes.js'
import {seconds, settingOf} from './setting.js'

const SECONDS = Number(process.env.HEAPDUMP_BENCH_IDLE_SECONDS ?? 30)
const EXTRA =
  "require 'json'; require 'openssl'; require 'pg'; CONNECTION = PG.connect(ENV.fetch('DATABASE_URL')); CONNECTION.exec('SELECT 1')"
const setting = settingOf({vars: {EXTRA}, workers: 0})

/** CPU time of all threads, in nanoseconds. */
const cpuOf = (pid: number) =>
  readdirSync(`/proc/${pid}/task`).reduce(
    (sum, thread) => sum + Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]),
    0,
  )

it('costs next to nothing', async () => {
  const {app, postgres, s3} = setting
  const disabled = await startEnabledApp({
    databaseUrl: postgres.url,
    listens: false,
    s3,
    vars: {EXTRA, HEAPDUMP_DISABLED: '1'},
    workers: 0,
  })
  try {
    const pids = [disabled.pid, app.pid]
    await seconds(3)
    const before = pids.map(cpuOf)
    await seconds(SECONDS)
    const percent = pids.map((pid, index) => (cpuOf(pid) - before[index]) / 1e7 / SECONDS)
    const megabytes = pids.map(pid => rssBytesOf(pid) / 1e6)
    console.log(`                 RSS MB   CPU %   (${SECONDS} s)`)
    for (const [index, name] of ['disabled', 'enabled'].entries())
      console.log(
        `${name.padEnd(14)}${megabytes[index].toFixed(1).padStart(9)}${percent[index].toFixed(3).padStart(8)}`,
      )
    console.log(
      `the agent     ${(megabytes[1] - megabytes[0]).toFixed(1).padStart(9)}${(percent[1] - percent[0]).toFixed(3).padStart(8)}   goal: at most 5 MB, and no measurable CPU`,
    )
    expect(megabytes[1] - megabytes[0]).toBeLessThan(10)
    expect(percent[1] - percent[0]).toBeLessThan(0.5)
  } finally {
    await disabled.stop()
  }
})
