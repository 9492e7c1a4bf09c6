import {execFileSync} from 'node:child_process'
import {mkdirSync, readFileSync, rmSync, rmdirSync, statSync, statfsSync, writeFileSync} from 'node:fs'
import {rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {expect} from 'vitest'
import {ofType} from '../../support/enabled-app.js'
import {eventually} from '../../support/eventually.js'
import {descriptorsOf, isAlive} from '../../support/processes.js'
import {type Fault, inMidUpload, outcome, slowParts} from './faults.js'
import type {Scene} from './stage.js'

const uploaderOf = ({app}: Scene, pid: number) =>
  app.processes().find(one => one.parent === pid && one.command.includes('uploader.rb'))
const childOf = ({app}: Scene, pid: number) =>
  app.processes().find(one => one.parent === pid && one.command.startsWith('puma'))

/** Kills a worker while it serves no request, because those would be lost with it. */
async function killWorker(scene: Scene, pid: number) {
  await scene.traffic.pause()
  process.kill(pid, 'SIGKILL')
  await eventually('Puma has another worker', async () => !isAlive(pid) && (await scene.app.members()).length === 2)
  scene.traffic.resume()
}

/** Sets a soft limit as the process's own user, which needs no privilege. */
function limit(pid: number, name: 'nofile' | 'nproc', value: number | 'unlimited') {
  const uid = statSync(`/proc/${pid}`).uid
  const asUser = process.getuid?.() === 0 ? ['setpriv', `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups'] : []
  const [program, ...args] = [...asUser, 'prlimit', '--pid', String(pid), `--${name}=${value}:`]
  execFileSync(program, args)
}

/** Kills the first process that `isMeant`: its child and its uploader notice, and the other process is dumped. */
const killedDuringDump = (name: string, isMeant: (scene: Scene, pid: number) => boolean): Fault => ({
  async inject(scene) {
    scene.s3.objects.clear()
    slowParts(scene)
    const {events, troubledPid} = await inMidUpload(
      scene,
      pid => killWorker(scene, pid),
      {},
      pid => isMeant(scene, pid),
    )
    scene.s3.faults.clear()
    expect(ofType(events, 'failed').map(({pid, code}) => ({code, pid}))).toEqual([
      {code: 'process_gone', pid: troubledPid},
    ])
    expect(events.at(-1)).toMatchObject({failed: 1, finished: 1, type: 'done'})
    expect(scene.dumps()).toHaveLength(1)
    return outcome(events)
  },
  name,
})

export const processFaults: Fault[] = [
  killedDuringDump('worker killed during its dump', (scene, pid) => pid !== scene.app.leader()),
  killedDuringDump('leader killed during its dump', (scene, pid) => pid === scene.app.leader()),
  {
    name: 'leader killed between dumps',
    async inject(scene) {
      const leader = scene.app.leader()
      await killWorker(scene, leader)
      await eventually('another leads', () => scene.app.leader() !== leader)
      return 'another leads'
    },
  },
  {
    name: 'uploader killed',
    async inject(scene) {
      slowParts(scene)
      const {events} = await inMidUpload(scene, async pid => {
        const uploader = await eventually('the uploader', () => uploaderOf(scene, pid))
        process.kill(uploader.pid, 'SIGKILL')
      })
      scene.s3.faults.clear()
      expect(outcome(events)).toBe('1 stored, upload_failed')
      expect(ofType(events, 'failed')).toMatchObject([{message: 'the uploader was killed by SIGKILL'}])
      return `${outcome(events)}, its upload aborted`
    },
  },
  {
    name: 'dump child killed',
    async inject(scene) {
      slowParts(scene)
      const {events} = await inMidUpload(scene, async pid => {
        const child = await eventually('the child', () => childOf(scene, pid))
        process.kill(child.pid, 'SIGKILL')
      })
      scene.s3.faults.clear()
      expect(outcome(events)).toBe('1 stored, dump_failed')
      expect(ofType(events, 'failed')).toMatchObject([{message: 'the dump child was killed by SIGKILL'}])
      return outcome(events)
    },
  },
  {
    name: 'dump child hangs',
    async inject(scene) {
      let stopped = 0
      const events = await scene.trigger({
        async onEvent(event) {
          if (event.type !== 'dumping' || stopped !== 0) return
          stopped = (await eventually('the child', () => childOf(scene, event.pid))).pid
          process.kill(stopped, 'SIGSTOP')
        },
      })
      expect(outcome(events)).toBe('1 stored, dump_failed')
      expect(ofType(events, 'failed')).toMatchObject([{message: 'the dump child hung: it wrote nothing for 30 s'}])
      expect(isAlive(stopped)).toBe(false)
      return outcome(events)
    },
  },
  {
    name: 'cancelled in mid-upload',
    async inject(scene) {
      scene.s3.objects.clear()
      slowParts(scene)
      const children: number[] = []
      const {events} = await inMidUpload(
        scene,
        async pid => {
          children.push(childOf(scene, pid)?.pid ?? 0, uploaderOf(scene, pid)?.pid ?? 0)
          const answers = await scene.ask({type: 'cancel'})
          expect(answers).toMatchObject([{cancelled: {ended: true}}])
          // Of the process that waits for its turn, too.
          for (const {tracing} of answers[0].processes) expect(tracing).toBeNull()
        },
        {traceSeconds: 1},
      )
      scene.s3.faults.clear()
      expect(outcome(events)).toBe('0 stored, cancelled cancelled')
      expect(scene.dumps()).toEqual([])
      for (const child of children) expect(isAlive(child)).toBe(false)
      return outcome(events)
    },
  },
  {
    name: 'descriptors exhausted',
    async inject(scene) {
      const workers = await scene.app.members()
      for (const pid of workers) {
        // Enough for current requests, not for a dump's pipes.
        limit(pid, 'nofile', descriptorsOf(pid).length + 4)
      }

      const events = await scene.trigger()
      for (const pid of workers) limit(pid, 'nofile', 1024)
      expect(events.at(-1)).toMatchObject({failed: 2})
      return outcome(events)
    },
  },
]

const CGROUPS = '/sys/fs/cgroup'

/** Moves processes into a new memory cgroup (v1 or v2), which does not charge their current memory; null if it cannot. */
export function makeMemoryGroup(
  pids: readonly number[],
  bytes: number,
): {remove: () => void; oomKills: () => number} | null {
  const version = statfsSync(CGROUPS).type === 0x63_67_72_70 ? 2 : 1
  const [directory, limitFile, eventsFile] =
    version === 2
      ? [join(CGROUPS, `heapdump-${process.pid}`), 'memory.max', 'memory.events']
      : [join(CGROUPS, 'memory', `heapdump-${process.pid}`), 'memory.limit_in_bytes', 'memory.oom_control']
  try {
    mkdirSync(directory)
    writeFileSync(join(directory, limitFile), String(bytes))
    for (const pid of pids) writeFileSync(join(directory, 'cgroup.procs'), String(pid))
  } catch {
    rmSync(directory, {force: true, recursive: true})
    return null
  }

  return {
    oomKills: () => Number(/oom_kill (\d+)/.exec(readFileSync(join(directory, eventsFile), 'utf8'))?.[1] ?? 0),
    remove() {
      const parent = join(directory, '..', 'cgroup.procs')
      for (const pid of readFileSync(join(directory, 'cgroup.procs'), 'utf8').trim().split('\n').filter(Boolean))
        writeFileSync(parent, pid)
      rmdirSync(directory)
    },
  }
}

/** For an app with its TMPDIR on a separate file system. */
export const temporaryDirectoryFaults: Fault[] = [
  {
    name: '/tmp read-only',
    async inject({app, trigger}) {
      execFileSync('mount', ['-o', 'remount,ro', app.temporary])
      try {
        const events = await trigger()
        expect(events.at(-1)).toMatchObject({finished: 2})
        return outcome(events)
      } finally {
        execFileSync('mount', ['-o', 'remount,rw', app.temporary])
      }
    },
  },
  {
    name: '/tmp full',
    async inject({app, trigger}) {
      const filler = join(app.temporary, 'filler')
      await writeFile(filler, Buffer.alloc(1 << 20)).catch(error => expect(error).toMatchObject({code: 'ENOSPC'}))
      try {
        const events = await trigger()
        expect(events.at(-1)).toMatchObject({finished: 2})
        return outcome(events)
      } finally {
        await rm(filler)
      }
    },
  },
]

/** For an app that runs as a separate user, because root's processes are not counted. */
export const userFaults: Fault[] = [
  {
    name: 'fork fails (EAGAIN)',
    async inject(scene) {
      const pids = scene.app.processes().map(one => one.pid)
      for (const pid of pids) limit(pid, 'nproc', 1)
      const events = await scene.trigger()
      for (const pid of pids) limit(pid, 'nproc', 4096)
      const codes = ofType(events, 'failed').map(({code}) => code)
      expect(new Set(codes)).toEqual(new Set(['no_fork']))
      return outcome(events)
    },
  },
]
