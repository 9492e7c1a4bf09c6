// A dump is refused if memory is short, and if memory runs out anyway, the kernel kills the dump first.
import {execFileSync} from 'node:child_process'
import {mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {readFile} from 'node:fs/promises'
import {getPriority, tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {isDeepStrictEqual} from 'node:util'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {AGENT, type EnabledRuby, startEnabledRuby} from '../support/enabled-ruby.js'
import {startBackstage} from '../support/ask-agent.js'
import {eventually} from '../support/eventually.js'
import {isAlive} from '../support/processes.js'

const MB = 1024 * 1024
/** Scheduling policies, sched(7). */
const SCHED_OTHER = 0
const SCHED_BATCH = 3
const SCHED_IDLE = 5
/** Of the uploader and of the dump child. */
const SPARE = [SCHED_BATCH, SCHED_IDLE]
const scratch = mkdtempSync(join(tmpdir(), 'heapdump-memory-'))
afterAll(() => rmSync(scratch, {force: true, recursive: true}))

/** Writes the files of a fake /proc and /sys/fs/cgroup. */
function machine(name: string, files: Readonly<Record<string, string>>): string {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(scratch, name, path)), {recursive: true})
    writeFileSync(join(scratch, name, path), text)
  }

  return join(scratch, name)
}

/** What MemoryCheck reports for a process of `rss` bytes on that machine. */
function refusal(root: string, rss: number, quota: number | null = null, waiting = 0): Record<string, unknown> | null {
  const program = `require ${JSON.stringify(join(dirname(AGENT), 'heapdump/memory_check'))}; require 'json'
    check = Heapdump::MemoryCheck.new(quota: ${quota ?? 'nil'}, proc_root: '${root}/proc', cgroup_root: '${root}/cgroup')
    puts JSON.generate([check.refusal(${rss}, ${waiting})])`
  return JSON.parse(execFileSync('ruby', ['-w', '-e', program], {encoding: 'utf8'}))[0]
}

const roomy = {
  'proc/meminfo': `MemTotal: ${64 * 1024 * 1024} kB\nMemFree: 1 kB\nMemAvailable: ${60 * 1024 * 1024} kB\n`,
}

describe('the memory for a dump', () => {
  it('is what cgroup v2 leaves, not counting the file cache', () => {
    const root = machine('v2', {
      ...roomy,
      'cgroup/memory.current': `${500 * MB}\n`,
      'cgroup/memory.max': `${512 * MB}\n`,
      'cgroup/memory.stat': `anon 1\ninactive_file ${200 * MB}\nactive_file 5\n`,
      'proc/self/cgroup': '0::/\n',
    })
    expect(refusal(root, 150 * MB)).toBeNull() // 212 MB left, 180 needed
    expect(refusal(root, 150 * MB, null, 32 * MB)).toBeNull()
    expect(refusal(root, 150 * MB, null, 33 * MB)).toMatchObject({neededBytes: 213 * MB})
    expect(refusal(root, 300 * MB)).toEqual({
      limitBytes: 512 * MB,
      message:
        "not enough memory: dumping this process (315 MB) may take 294 MB, and the dyno's memory limit leaves 222 MB",
      neededBytes: 280 * MB,
      usedBytes: 300 * MB,
    })
  })

  it('is what cgroup v1 leaves, including the limits of parents', () => {
    const root = machine('v1', {
      ...roomy,
      'cgroup/memory/dyno/memory.limit_in_bytes': `${1024 * MB}\n`,
      'cgroup/memory/dyno/memory.stat': `inactive_file 7\ntotal_inactive_file ${24 * MB}\n`,
      'cgroup/memory/dyno/memory.usage_in_bytes': `${824 * MB}\n`,
      'cgroup/memory/dyno/web/memory.limit_in_bytes': '9223372036854771712\n',
      'cgroup/memory/dyno/web/memory.usage_in_bytes': `${700 * MB}\n`,
      'proc/self/cgroup': '9:cpu,cpuacct:/elsewhere\n4:memory:/dyno/web\n0::/\n',
    })
    expect(refusal(root, 200 * MB)).toBeNull() // 224 MB left, 182 needed
    expect(refusal(root, 300 * MB)).toMatchObject({limitBytes: 1024 * MB, usedBytes: 800 * MB})
  })

  it('is found in the container’s cgroup if the path is the host’s', () => {
    const root = machine('host-path', {
      ...roomy,
      'cgroup/memory/memory.limit_in_bytes': `${512 * MB}\n`,
      'cgroup/memory/memory.usage_in_bytes': `${400 * MB}\n`,
      'proc/self/cgroup': '4:memory:/lxc/1c8f\n',
    })
    expect(refusal(root, 300 * MB)).toMatchObject({limitBytes: 512 * MB, usedBytes: 400 * MB})
  })

  it('is what all processes of the dyno leave of the quota, with shared pages counted once', () => {
    const group = '0::/dyno\n'
    const root = machine('quota', {
      ...roomy,
      'proc/1/cgroup': group,
      'proc/1/status': 'Name: bash\nVmRSS: 2048 kB\n',
      'proc/7/cgroup': group,
      'proc/7/smaps_rollup': `Rss: ${300 * 1024} kB\nPss: ${200 * 1024} kB\n`,
      'proc/7/status': `Name: ruby\nVmRSS: ${300 * 1024} kB\n`,
      'proc/9/cgroup': '0::/somebody-else\n',
      'proc/9/status': `VmRSS: ${4000 * 1024} kB\n`,
      'proc/self/cgroup': group,
    })
    expect(refusal(root, 150 * MB, 512 * MB)).toBeNull()
    expect(refusal(root, 300 * MB, 400 * MB)).toMatchObject({limitBytes: 400 * MB, usedBytes: 202 * MB})
  })

  it('is the machine’s without other limits, and unknown without /proc', () => {
    const root = machine('bare', {'proc/meminfo': `MemTotal: ${1000 * 1024} kB\nMemAvailable: ${100 * 1024} kB\n`})
    expect(refusal(root, 300 * MB)).toMatchObject({limitBytes: 1000 * MB, usedBytes: 900 * MB})
    expect(refusal(machine('none', {nothing: ''}), 300 * MB)).toBeNull()
  })
})

describe('a real dump', () => {
  let backstage: Awaited<ReturnType<typeof startBackstage>>
  let ruby: EnabledRuby | null = null
  beforeAll(async () => {
    backstage = await startBackstage()
  })
  afterAll(async () => {
    await ruby?.stop()
    await backstage?.stop()
  })

  it('is refused with figures if the quota is too small, and made with force', async () => {
    ruby = await startEnabledRuby({env: backstage.env})
    const refused = await backstage.trigger({quotaBytes: 64 * MB})
    expect(refused.map(event => event.type)).toEqual(['accepted', 'failed', 'done'])
    expect(refused[1]).toMatchObject({code: 'no_room', limitBytes: 64 * MB, pid: ruby.pid})
    expect(refused[1]).toHaveProperty(
      'message',
      expect.stringMatching(
        /^not enough memory: dumping this process \(\d+ MB\) may take \d+ MB, and the dyno's quota leaves \d+ MB$/,
      ),
    )
    expect(backstage.s3.requests).toEqual([])
    const forced = await backstage.trigger({force: true, quotaBytes: 64 * MB})
    expect(forced.at(-1)).toMatchObject({failed: 0, finished: 1, type: 'done'})
  })

  it('is refused because of a cgroup limit, and of a quota in a config var', async () => {
    await ruby?.stop()
    const root = machine('small', {'memory.current': `${30 * MB}`, 'memory.max': `${40 * MB}`})
    ruby = await startEnabledRuby({env: {...backstage.env, HEAPDUMP_CGROUP_ROOT: root}})
    expect((await backstage.trigger())[1]).toMatchObject({code: 'no_room', limitBytes: 40 * MB, usedBytes: 30 * MB})
    await ruby.stop()
    ruby = await startEnabledRuby({env: {...backstage.env, HEAPDUMP_MEMORY_QUOTA: '48 MB'}})
    expect((await backstage.trigger())[1]).toMatchObject({code: 'no_room', limitBytes: 48 * MB})
  })

  it('runs in children with low priority that the OOM killer takes first, one process at a time', async () => {
    await ruby?.stop()
    // More than fits into the pipe, the uploader's block and its first part: the child lives until the bucket answers.
    const script = `
      Process.setproctitle('puma 6.0.0')
      2.times do |index|
        fork do
          Process.setproctitle("puma: cluster worker #{index}: 1")
          KEPT = Array.new(20_000) { |i| Random.bytes(300).unpack1('H*') }
          Thread.new { only_here = 'held by a thread'.dup; sleep }
          sleep
        end
      end
      Process.waitall`
    ruby = await startEnabledRuby({env: backstage.env, script})
    backstage.s3.requests.length = 0
    backstage.s3.faults.add({delayMs: 1500, operation: 'CreateMultipartUpload', times: 2})
    const events: string[] = []
    let seen: Array<Record<string, unknown>> = []
    await backstage.trigger({redact: false}, async event => {
      events.push(event.type === 'uploading' ? '' : `${event.type} ${'pid' in event ? event.pid : ''}`)
      if (event.type !== 'dumping') return
      const pids = await childrenOf(event.pid, SPARE)
      seen = [
        ...seen,
        ...(await Promise.all(
          pids.map(async pid => ({
            policy: policyOf(pid),
            nice: getPriority(pid),
            score: (await readFile(`/proc/${pid}/oom_score_adj`, 'utf8')).trim(),
          })),
        )),
      ]
    })
    const [first, second] = events.filter(one => one.startsWith('dumping')).map(one => one.split(' ')[1])
    expect(events.filter(one => one !== '' && !one.startsWith('accepted'))).toEqual([
      `dumping ${first}`,
      `finished ${first}`,
      `dumping ${second}`,
      `finished ${second}`,
      'done ',
    ])
    // An uploader and a dump child, twice.
    const niced = {nice: 19, score: '1000'}
    expect(seen).toEqual([...SPARE, ...SPARE].map(policy => ({...niced, policy})))
  })

  it('starts over, and competes for the CPU, if a busy dyno leaves it no spare time', async () => {
    await ruby?.stop()
    // Everything on one core, with a process that never rests.
    const script = `
      system('taskset', '-acp', '0', Process.pid.to_s, out: File::NULL)
      require ${JSON.stringify(join(dirname(AGENT), 'heapdump/dump'))}
      {Heapdump::Starvation => :WINDOW_SECONDS, Heapdump::Dump => :LOOK_SECONDS}.each do |owner, name|
        owner.send(:remove_const, name)
        owner.const_set(name, 1)
      end
      KEPT = Array.new(100_000) { |i| "kept #{i}" * 3 }
      busy = spawn({'RUBYOPT' => nil}, 'ruby', '--disable=gems', '-e', 'loop {}')
      puts "busy is #{busy}."
      $stdout.flush
      sleep`
    ruby = await startEnabledRuby({env: backstage.env, script})
    await ruby.says('busy is')
    const busy = Number(/busy is (\d+)/.exec(ruby.log())?.[1])
    backstage.s3.faults.add({delayMs: 1500, operation: 'CreateMultipartUpload', times: 2})
    let forks = 0
    const events = await backstage.trigger({redact: false}, async event => {
      if (event.type !== 'dumping') return
      const children = await childrenOf(event.pid, forks++ === 0 ? SPARE : [SCHED_OTHER, SCHED_OTHER])
      if (forks > 1) return
      await eventually('both are killed', () => !children.some(isAlive))
      process.kill(busy, 'SIGKILL')
    })
    expect(events.map(({type}) => type).filter(type => type !== 'uploading' && type !== 'alive')).toEqual([
      'accepted',
      'dumping',
      'dumping',
      'finished',
      'done',
    ])
    expect(backstage.s3.uploads.size).toBe(0)
  })
})

/** The 41st field. */
function policyOf(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ')[38])
}

/** The uploader and the dump child, once they have these policies. */
async function childrenOf(pid: number, policies: readonly number[]): Promise<number[]> {
  return eventually(`niced children with policies ${policies.join(', ')}`, async () => {
    const output = execFileSync('ps', ['-o', 'pid=', '--ppid', String(pid)], {encoding: 'utf8'})
    const niced = output
      .split('\n')
      .map(Number)
      .filter(child => isAlive(child) && getPriority(child) === 19)
    const sorted = niced.map(child => ({child, policy: policyOf(child)})).toSorted((a, b) => a.policy - b.policy)
    return isDeepStrictEqual(
      sorted.map(({policy}) => policy),
      policies,
    )
      ? sorted.map(({child}) => child)
      : null
  })
}
