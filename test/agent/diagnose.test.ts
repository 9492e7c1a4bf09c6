// heapdump:diagnose against real processes with the agent, all at the same time: a leak, growth that levels off, native
// memory that leaks, a healthy process, and one that ends meanwhile.
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, it} from 'vitest'
import {type DiagnoseResult} from '../../src/commands/heapdump/diagnose.js'
import {startBackstage} from '../support/ask-agent.js'
import {storedDumps} from '../support/enabled-app.js'
import {type EnabledRuby, startEnabledRuby} from '../support/enabled-ruby.js'
import {startPlugin} from '../support/run-plugin.js'
import {dotenv} from '../support/stage.js'

/** Works all the time: garbage, and a step 50 times a second, which learns whether the first dump is stored. */
const PROGRAM = `
  Process.setproctitle('shop')
  RubyVM::InstructionSequence.compile(<<~'CODE', '/app/lib/price_list.rb').eval
    class PriceList
      PAGES = []
      def self.add(count)
        count.times { |number| PAGES << "page of prices #{number} " * 40 }
      end
    end
  CODE
  def step(stored)
    %{STEP}
  end
  PriceList.add(100)
  loop do
    step(File.exist?('%{STORED}'))
    Array.new(2000) { |number| number.to_s }
    sleep 0.02
  end
`

const STEPS = {
  'ends.1': 'PriceList.add(20)',
  'healthy.1': '',
  'leaks.1': 'PriceList.add(20)',
  'levels.1': 'PriceList.add(300) if stored && PriceList::PAGES.size < 6000',
  'native.1': `
    require 'fiddle'
    $malloc ||= Fiddle::Function.new(Fiddle.dlopen(nil)['malloc'], [Fiddle::TYPE_SIZE_T], Fiddle::TYPE_VOIDP)
    $memset ||= Fiddle::Function.new(Fiddle.dlopen(nil)['memset'], [Fiddle::TYPE_VOIDP, Fiddle::TYPE_INT, Fiddle::TYPE_SIZE_T], Fiddle::TYPE_VOIDP)
    20.times { $memset.call($malloc.call(5000), 7, 5000) }`,
} as const

type Dyno = keyof typeof STEPS

let backstage: Awaited<ReturnType<typeof startBackstage>>
const scratch = mkdtempSync(join(tmpdir(), 'heapdump-diagnose-'))
const envFile = join(scratch, 'env')
/** Exists once the first dump is stored. */
const storedFile = (dyno: Dyno) => join(scratch, dyno)
const running = new Map<Dyno, EnabledRuby>()
const diagnoses = new Map<Dyno, ReturnType<typeof startPlugin>>()

async function start(dyno: Dyno): Promise<void> {
  const script = PROGRAM.replace('%{STEP}', STEPS[dyno]).replace('%{STORED}', storedFile(dyno))
  running.set(dyno, await startEnabledRuby({env: {...backstage.env, DYNO: dyno}, script}))
}

function startDiagnosis(...args: readonly string[]) {
  return startPlugin(['heapdump:diagnose', '--env', envFile, '--yes', ...args])
}

const WAITS = /; tracing begins in /

beforeAll(async () => {
  backstage = await startBackstage()
  writeFileSync(envFile, dotenv(backstage.env))
  const dynos = Object.keys(STEPS) as Dyno[]
  await Promise.all(dynos.map(start))
  for (const dyno of dynos)
    diagnoses.set(dyno, startDiagnosis('--dyno', dyno, '--for', dyno === 'ends.1' ? '10m' : '24s', '--json'))
  for (const dyno of dynos) {
    await diagnoses.get(dyno)!.says(WAITS)
    writeFileSync(storedFile(dyno), '')
  }
})
afterAll(async () => {
  await Promise.all([...running.values()].map(ruby => ruby.stop()))
  rmSync(scratch, {force: true, recursive: true})
  await backstage?.stop()
})

/** Of the diagnosis that began with the test file. */
async function resultOf(dyno: Dyno, status = 0): Promise<DiagnoseResult> {
  const {code, stderr, stdout} = await diagnoses.get(dyno)!.ended
  expect(code, stderr + stdout).toBe(status)
  return JSON.parse(stdout) as DiagnoseResult
}

it('says when the process ends meanwhile, and what the first dump shows; then it cannot be dumped again', async () => {
  await running.get('ends.1')!.stop()
  await start('ends.1')
  const {culprit, dumps, verdict} = await resultOf('ends.1', 3)
  expect(verdict.outcome).toBe('unclear')
  expect(verdict.sentences.join(' ')).toMatch(/^ends\.1 restarted after .+ s\. The first dump alone shows/)
  expect(dumps).toHaveLength(1)
  expect(culprit?.owner ?? 'PriceList').toBe('PriceList')
  const {code, stdout} = await startDiagnosis('--since', dumps[0].id, '--json').ended
  expect(JSON.parse(stdout)).toMatchObject({error: {code: 'process_gone'}})
  expect(code).toBe(1)
})

it('names a leak: who, and which line', async () => {
  const {cost, culprit, dumps, memory, process, speed, verdict} = await resultOf('leaks.1')
  // It has run for half a minute only.
  expect([verdict.outcome, verdict.sure], JSON.stringify(verdict)).toEqual(['leak', false])
  expect(process).toBe('shop')
  expect(culprit).toMatchObject({owner: 'PriceList', sites: [{file: '/app/lib/price_list.rb', line: 4}]})
  expect(speed.culpritBytes).toBeGreaterThan(500_000)
  expect(dumps.map(({traced}) => traced)).toEqual([false, true])
  expect(cost).toMatchObject({lostSeconds: 7, pausesMs: [expect.any(Number), expect.any(Number)], tracedSeconds: 10})
  expect(memory.length).toBeGreaterThan(2)
})

it('tells growth that levels off', async () => {
  const {culprit, verdict} = await resultOf('levels.1')
  expect(verdict.outcome, JSON.stringify(verdict)).toBe('levels-off')
  expect(culprit?.owner).toBe('PriceList')
})

it('tells native memory that leaks', async () => {
  const {culprit, verdict} = await resultOf('native.1')
  expect(verdict.outcome, JSON.stringify(verdict)).toBe('native')
  expect(culprit?.rule).toBe('native-leak')
})

it('tells a healthy process; on a page for people, with a stored dump as the first one', async () => {
  const {dumps, verdict} = await resultOf('healthy.1')
  expect(verdict.outcome, JSON.stringify(verdict)).toBe('healthy')
  const taken = () => storedDumps(backstage.s3).filter(key => key.startsWith('heapdump/v1/')).length
  const before = taken()
  const {code, stderr, stdout} = await startDiagnosis('--since', dumps[0].id, '--for', '6s').ended
  expect(stderr).toContain(`The first dump is ${dumps[0].id}, taken`)
  expect(stdout).toMatch(/^=== healthy\.1 · shop · Ruby [\d.]+/)
  expect(stdout).toMatch(/\n Verdict +Healthy\n/)
  expect(stdout).toMatch(/\n Cost +One dump paused the process for [\d.]+ ms\. It was traced for 3 s/)
  expect(taken()).toBe(before + 1)
  expect(code).toBe(0)
})

it('keeps the first dump after a Ctrl-C, and says how to go on', async () => {
  const interrupted = startDiagnosis('--dyno', 'leaks.1', '--json')
  await interrupted.says(WAITS)
  interrupted.child.kill('SIGINT')
  const {code, stdout} = await interrupted.ended
  const {error} = JSON.parse(stdout) as {error: {code: string; hint: string; message: string}}
  const [, id] = /The first dump is stored: (d\w{5})\./.exec(error.message) ?? []
  expect(error.code).toBe('interrupted')
  expect(error.hint).toContain(`heapdump:diagnose --since ${id} --env ${envFile}`)
  expect(code).toBe(130)
})
