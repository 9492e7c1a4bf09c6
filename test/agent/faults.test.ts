// The faults that an agent must survive in production. After each one, the app has served every request, nothing is
// left behind, and the next trigger works. Prints a table.
import {execFileSync, spawnSync} from 'node:child_process'
import {chownSync, mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {startEnabledApp} from '../support/enabled-app.js'
import {root} from '../support/buildpack.js'
import {eventually} from '../support/eventually.js'
import {startTraffic} from '../support/traffic.js'
import {type Fault, inMidUpload, outcome, slowParts} from './faults/faults.js'
import {hostileFaults} from './faults/hostile-faults.js'
import {networkGoneForAMinute, postgresFaults} from './faults/postgres-faults.js'
import {makeMemoryGroup, processFaults, temporaryDirectoryFaults, userFaults} from './faults/process-faults.js'
import {type Stage, leftovers, openScene, openStage} from './faults/stage.js'
import {storageFaults} from './faults/storage-faults.js'

const rows: string[][] = [['fault', 'requests', 'the agent', 'left behind', 'next trigger']]
let stage: Stage
/** Runs on its own stage while the other faults run. */
let minute: Promise<void>
beforeAll(async () => {
  stage = await openStage()
  minute = loseNetworkForAMinute()
  minute.catch(() => {}) // its test awaits and reports it
})
afterAll(async () => {
  await minute?.catch(() => {})
  await stage?.close()
  const widths = rows[0].map((_, column) => Math.max(...rows.map(row => row[column].length)))
  console.log(
    rows
      .map(row =>
        row
          .map((cell, column) => cell.padEnd(widths[column]))
          .join('  ')
          .trimEnd(),
      )
      .join('\n'),
  )
})

type OpenScene = Awaited<ReturnType<typeof openScene>>

async function survive(scene: OpenScene, fault: Fault): Promise<void> {
  const requestsBefore = {failed: scene.traffic.failures.length, served: scene.traffic.latenciesMs.length}
  const row = [fault.name, 'not counted', 'failed the test', '?', '?']
  rows.push(row)
  try {
    row[2] = await fault.inject(scene)
  } finally {
    scene.s3.faults.clear()
    const {failed, served} = await scene.traffic.pause()
    row[1] = `${served - requestsBefore.served} served, ${failed - requestsBefore.failed} failed`
  }

  let left: string[] = []
  await eventually('nothing is left', async () => (left = await leftovers(scene)).length === 0, 15).catch(() => {})
  row[3] = left.join(', ') || 'nothing'
  scene.s3.uploads.clear() // reported above, only once
  expect(left).toEqual([])
  expect(scene.traffic.failures.slice(requestsBefore.failed)).toEqual([])

  scene.traffic.resume()
  const startedAt = Date.now()
  // The dump that the fault hit may still be finishing.
  const events = await eventually('not busy', async () => {
    const heard = await scene.trigger()
    return heard.some(event => event.type === 'failed' && event.code === 'busy') ? null : heard
  })
  row[4] = `${outcome(events)} in ${((Date.now() - startedAt) / 1000).toFixed(1)} s`
  expect(events.at(-1)).toMatchObject({failed: 0, finished: scene.served, type: 'done'})
  fault.afterwards?.(scene)
  expect(scene.traffic.failures.slice(requestsBefore.failed)).toEqual([])
}

const notRun = (name: string, why: string) => void rows.push([name, '-', `not run: ${why}`, '-', '-'])

/** Injects faults into one app, in turn. `open` may return why that is impossible here. */
function inOneApp(title: string, faults: readonly Fault[], open: () => Promise<OpenScene | string>): void {
  describe(title, () => {
    let scene: OpenScene | string
    beforeAll(async () => {
      scene = await open()
    })
    afterAll(() => (typeof scene === 'object' ? scene.close() : undefined))
    it.each(faults.map(fault => [fault.name, fault] as const))('%s', async (name, fault) => {
      if (typeof scene === 'string') notRun(name, scene)
      else await survive(scene, fault)
    })
  })
}

async function loseNetworkForAMinute(): Promise<void> {
  const own = await openStage()
  try {
    const scene = await openScene(own, {workers: 0})
    await survive(scene, networkGoneForAMinute).finally(scene.close)
  } finally {
    await own.close()
  }
}

inOneApp('two workers', [...postgresFaults, ...storageFaults, ...processFaults, ...hostileFaults], () =>
  openScene(stage),
)

const isRoot = process.getuid?.() === 0

describe('a separate /tmp', () => {
  let temporary = ''
  let mounted = false
  beforeAll(() => {
    temporary = mkdtempSync(join(tmpdir(), 'heapdump-'))
  })
  afterAll(() => {
    if (mounted) execFileSync('umount', [temporary])
    if (temporary) rmSync(temporary, {force: true, recursive: true})
  })
  inOneApp('of 256 kB', temporaryDirectoryFaults, async () => {
    mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', temporary]).status === 0
    return mounted ? openScene(stage, {temporary}) : 'mount is not permitted'
  })
})

describe('a separate user', () => {
  // A uid that nothing else uses: the kernel counts processes by user.
  const uid = 47_000 + (process.pid % 1000)
  let temporary = ''
  beforeAll(() => {
    temporary = mkdtempSync(join(tmpdir(), 'heapdump-'))
  })
  afterAll(() => temporary && rmSync(temporary, {force: true, recursive: true}))
  inOneApp('without privileges', userFaults, async () => {
    if (!isRoot) return 'needs root'
    chownSync(temporary, uid, uid)
    return openScene(stage, {temporary, uid})
  })
})

it(networkGoneForAMinute.name, () => minute)

it('memory limit hit (cgroup): the kernel kills the dump, not the app', async () => {
  const name = 'memory limit hit (cgroup)'
  const scene = await openScene(stage, {vars: {BALLAST_MB: '60'}, workers: 0})
  try {
    // Enough for the pages copied during the dump, but not for those and the uploader.
    const group = makeMemoryGroup(
      scene.app.processes().map(one => one.pid),
      80 << 20,
    )
    if (!group) return notRun(name, 'cannot create a memory cgroup')
    await survive(scene, {
      async inject() {
        const churn = startTraffic(scene.app.url, {path: '/churn', perSecond: 5})
        const events = await scene.trigger({force: true})
        await churn.stop()
        const kills = group.oomKills()
        group.remove()
        expect(churn.failures).toEqual([])
        expect(kills).toBeGreaterThan(0)
        expect(events.at(-1)).toMatchObject({failed: 1})
        return `${outcome(events)}, ${kills} killed by the kernel`
      },
      name,
    })
  } finally {
    await scene.close()
  }
})

it('SIGTERM of the dyno in mid-upload: everything exits within 30 s, and nothing is left', async () => {
  const app = await startEnabledApp({databaseUrl: stage.agentUrl(), s3: stage.s3, vars: {BALLAST_MB: '8'}})
  const traffic = startTraffic(app.url, {perSecond: 20})
  const row = ['SIGTERM of the dyno in mid-upload', '', 'failed the test', '?', '?']
  rows.push(row)
  try {
    slowParts({...stage, app, traffic})
    let endedAfterMs = 0
    const ended = await inMidUpload({...stage, app, traffic}, async () => {
      await traffic.pause()
      const termAt = Date.now()
      for (const {pid} of app.processes()) process.kill(pid, 'SIGTERM')
      await eventually('every process has exited', () => app.processes().length === 0, 30)
      endedAfterMs = Date.now() - termAt
      throw new Error('the dyno has exited')
    }).catch(error => error as Error)
    stage.s3.faults.clear()
    expect(ended).toMatchObject({message: 'the dyno has exited'})
    row[1] = `${traffic.latenciesMs.length} served, ${traffic.failures.length} failed`
    row[2] = `all exited after ${(endedAfterMs / 1000).toFixed(1)} s`
    expect(traffic.failures).toEqual([])
    expect(stage.s3.uploads.size).toBe(0)
    expect(await app.files()).toEqual([])
    row[3] = 'nothing'
  } finally {
    await app.stop()
  }

  const scene = await openScene(stage)
  const events = await scene.trigger()
  row[4] = outcome(events)
  await scene.close()
  expect(events.at(-1)).toMatchObject({finished: 2})
})

it('dyno names with special characters', async () => {
  const names = ['web-848cd4f64d-pvpr2', 'Über Worker.1', `${'x'.repeat(80)}.1`, "web'; DROP TABLE users; --"]
  for (const dyno of names) {
    const app = await startEnabledApp({
      databaseUrl: stage.agentUrl(),
      dyno,
      s3: stage.s3,
      vars: {RUBYOPT: `-r${join(root, 'buildpack/agent/agent.rb')}`},
      workers: 0,
    })
    try {
      const events = await stage.trigger({dyno})
      expect(events.at(-1)).toMatchObject({finished: 1})
      expect(stage.s3.uploads.size).toBe(0)
    } finally {
      await app.stop()
    }
  }

  rows.push(['dyno names with special characters', '-', `${names.length} listened`, 'nothing', 'each stored'])
})
