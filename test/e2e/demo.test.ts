// npm run demo shows a diagnosis and an analysis, exits by itself, and leaves no process and no file behind, even after Ctrl-C.
import {spawn} from 'node:child_process'
import {chmod, mkdtemp, readFile, readdir, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'

const root = join(import.meta.dirname, '../..')

let directory: string
beforeEach(async () => {
  // A short name, because the agent's sockets are in it.
  directory = await mkdtemp(join(tmpdir(), 'hd-'))
  // Postgres runs as another user.
  await chmod(directory, 0o755)
})
afterEach(() => rm(directory, {force: true, recursive: true}))

/** Runs the demo. It writes only below `directory`, which all its processes have in their environment. */
async function runDemo(onOutput: (text: string, interrupt: () => void) => void) {
  const {NODE_ENV: _testRunners, ...env} = process.env
  const child = spawn(process.execPath, ['demo/demo.js', '--no-build'], {
    cwd: root,
    detached: true,
    env: {...env, TMPDIR: directory},
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', chunk => {
      text += chunk
      // Like a terminal, to all foreground processes.
      onOutput(text, () => process.kill(-(child.pid ?? 0), 'SIGINT'))
    })
  }

  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  return {code, text}
}

async function processesOf(path: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name))
  const found = await Promise.all(
    pids.map(async pid => {
      const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '')
      return environment.includes(path) ? await readFile(`/proc/${pid}/cmdline`, 'latin1').catch(() => '') : ''
    }),
  )
  return found.filter(command => command !== '')
}

async function expectNothingLeft(): Promise<void> {
  expect(await readdir(directory)).toEqual([])
  expect(await processesOf(directory)).toEqual([])
}

describe('the demo', () => {
  it('runs to its end', async () => {
    const seen: string[] = []
    const {code, text} = await runDemo(() => {
      if (seen.length === 0) void processesOf(directory).then(commands => seen.push(...commands))
    })
    expect(text).toMatch(
      /\$ bin\/run\.js heapdump:diagnose --for 30s --yes --env \S+\n[\s\S]+\n=== web\.1 · puma worker \d/,
    )
    // The shop is young, so a cache that is still filling would look the same.
    expect(text).toMatch(/\n Verdict +Probably a leak\n +PriceList holds [\d.]+ MB more/)
    expect(text).toMatch(/\n Line +lib\/price_list\.rb:\d+\n/)
    expect(text).toMatch(/\$ bin\/run\.js heapdump:analyze latest --env \S+\n=== d\w{5} · web\.1 · puma worker \d/)
    expect(text).toContain('lib/price_list.rb:')
    expect(text).toMatch(/Meanwhile, the shop answered \d+ requests; 0 failed\./)
    expect(text).toContain('are gone now. To try the commands above: npm run demo -- --keep')
    expect(code).toBe(0)
    // The search for leftovers did find processes during the run.
    expect(seen.length).toBeGreaterThan(0)
    await expectNothingLeft()
  })

  it('shuts down on Ctrl-C', async () => {
    let interrupted = false
    const {code, text} = await runDemo((soFar, interrupt) => {
      if (interrupted || !soFar.includes('; tracing begins in ')) return
      interrupted = true
      interrupt()
    })
    expect(text).toContain('Stopped. The first dump is stored:')
    expect(text).toContain('Stopped and cleaned up.')
    expect(code).toBe(130)
    await expectNothingLeft()
  })
})
