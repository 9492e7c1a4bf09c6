// Where the agent must not be felt: processes that live shortly, children, apps without what it needs.
import {mkdir, mkdtemp, readdir, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {type ArmedApp, bucketVars, ofType, startArmedApp, trigger} from '../support/armed-app.js'
import {startArmedRuby} from '../support/armed-ruby.js'
import {root, run} from '../support/buildpack.js'
import {eventually} from '../support/eventually.js'
import type {TestPostgres} from '../support/postgres.js'
import type {S3Double} from '../support/s3-double.js'
import {runRuby} from '../support/run-ruby.js'
import {startTraffic} from '../support/traffic.js'
import {withServices} from '../support/with-services.js'

const AGENT = join(root, 'buildpack/agent/agent.rb')
let postgres: TestPostgres
let s3: S3Double
let directory: string
withServices(started => ({postgres, s3} = started))
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'heapdump-'))
})
afterEach(() => rm(directory, {force: true, recursive: true}))

/** Runs an armed Ruby to its end. */
function armedRuby(script: string, env: Readonly<Record<string, string>> = {}, args: readonly string[] = []) {
  return run('ruby', [...args, '-e', script], {
    ...bucketVars(s3),
    DATABASE_URL: postgres.url,
    DYNO: 'web.1',
    HEAPDUMP_GRACE: '0.1',
    RUBYOPT: `-W2 -r${AGENT}`,
    TMPDIR: directory,
    ...env,
  })
}

/** Ruby that goes on when the agent has said something, or after 20 s, and then prints 1. */
const UNTIL_SAID = `
  SAID = []
  teller = Object.new
  def teller.write(*texts)
    SAID.concat(texts)
    STDERR.write(*texts)
  end
  $stderr = teller
  400.times { SAID.empty? ? sleep(0.05) : break }
  sleep 0.3
  print 1
`
/** As Solid Queue's plugin for Puma does. */
const FORKS_FOR_LONG = `fork { $0 = 'supervisor'; sleep }`
/** Ruby that goes on when the agent is at its rendezvous, or after 20 s. */
const UNTIL_MET = `400.times { Dir.glob(File.join(ENV['TMPDIR'], '*/*.sock')).empty? ? sleep(0.05) : break };`
const rendezvous = () => readdir(directory)

describe('a process that ends within the grace period', () => {
  it('loads nothing, opens nothing, says nothing', async () => {
    const script =
      'print $LOADED_FEATURES.grep(/heapdump/).size, " ", Thread.list.size, " ", ENV["HEAPDUMP_PID"] == Process.pid.to_s'
    expect(await armedRuby(script, {HEAPDUMP_GRACE: '10'})).toEqual({code: 0, stderr: '', stdout: '0 2 true'})
    expect(await rendezvous()).toEqual([])
  })

  it('keeps its exit status and its output', async () => {
    expect(await armedRuby('abort "as the task wants"', {HEAPDUMP_GRACE: '10'})).toEqual({
      code: 1,
      stderr: 'as the task wants\n',
      stdout: '',
    })
    expect((await armedRuby('exit 42', {HEAPDUMP_GRACE: '0'})).code).toBe(42)
  })
})

it('does not come between the main thread and RubyGems, whose locks a second thread can turn into a deadlock', async () => {
  const script = `
    Gem::LOADED_SPECS_MUTEX.synchronize do
      sleep 1.5
      require 'set'
    end
    ${UNTIL_MET}
    print Dir.children(ENV['TMPDIR']).size
  `
  expect(await armedRuby(script)).toMatchObject({code: 0, stdout: '1'})
})

it.each([
  ['no DYNO', {DYNO: ''}],
  ['HEAPDUMP_DISABLED', {HEAPDUMP_DISABLED: '1'}],
  ['the marker of another process: an exec’d child', {HEAPDUMP_PID: '1'}],
])('%s: not even a thread', async (_, env) => {
  const ran = await armedRuby('sleep 1; print Thread.list.size', env)
  expect(ran).toEqual({code: 0, stderr: '', stdout: '1'})
  expect(await rendezvous()).toEqual([])
})

it('children that are exec’d stay out, forked ones take part, an exec in place stays armed', async () => {
  const script = `
    ${UNTIL_MET}
    puts "spawned #{\`ruby -e 'sleep 1; print Thread.list.size'\`}"
    $stdout.flush
    pid = fork { sleep 1.5; puts "forked #{Thread.list.any? { |thread| thread.name == 'heapdump' }}"; $stdout.flush }
    Process.wait(pid)
    exec('ruby', '-e', 'print "replaced #{Thread.list.size}"')
  `
  expect(await armedRuby(script)).toMatchObject({code: 0, stdout: 'spawned 1\nforked true\nreplaced 2'})
})

it('a child says no goodbye on the session of its parent, however it was forked', async () => {
  const forks = [
    'Process.wait(fork { exit })',
    '(pid = Process.fork) ? Process.wait(pid) : exit',
    "(pipe = IO.popen('-')) ? pipe.close : exit",
    "IO.popen('-') { |pipe| pipe ? pipe.read : exit }",
    "(pipe = open('|-')) ? pipe.close : exit", // no hook sees it
  ]
  const listening = "sleep 0.05 until Thread.list.any? { |thread| thread.name == 'heapdump leader' }; sleep 0.5"
  const ruby = await startArmedRuby({
    env: {...bucketVars(s3), DATABASE_URL: postgres.url},
    script: `$VERBOSE = nil; ${listening}; ${forks.join('; ')}; puts "they have ended"; $stdout.flush; sleep`,
  })
  try {
    await ruby.says('they have ended')
    expect((await trigger(postgres.url)).at(-1)).toMatchObject({finished: 1})
    expect(ruby.log()).not.toContain('connection')
  } finally {
    await ruby.stop()
  }
})

describe('forks that live on', () => {
  // → whether each child saw an agent of its parent's, in which lock, socket and session are open.
  const seen = (fork: string) => `
    $VERBOSE = nil
    ${UNTIL_MET}
    sleep 0.01 until Heapdump.instance_variable_get(:@agent)
    def agent_there
      print Heapdump.instance_variable_get(:@agent) ? 'seen' : 'unseen'
      $stdout.flush
      exit!
    end
    ${fork}
    print ' ', Heapdump.forked?`

  it('begin without what is open in the parent', async () => {
    const forks = [
      'Process.wait(fork { agent_there })',
      'Process.wait(Process.fork || agent_there)',
      "IO.popen('-') { |pipe| pipe ? print(pipe.read) : agent_there }",
      "(pipe = IO.popen('-', 'r')) ? print(pipe.read) : agent_there",
      "IO.popen(ENV.to_h, '-', 'r', external_encoding: 'BINARY') { |pipe| pipe ? print(pipe.read) : agent_there }",
    ]
    for (const fork of forks) expect(await armedRuby(seen(fork)), fork).toMatchObject({code: 0, stdout: 'unseen true'})
    expect(await armedRuby(seen('print IO.popen("echo -n echoed", &:read)'))).toMatchObject({stdout: 'echoed false'})
  })

  it('may come from a Ractor', async () => {
    const ractor = (fork: string) =>
      seen(
        `print(defined?(Ractor) ? (r = Ractor.new { ${fork} }; r.respond_to?(:value) ? r.value : r.take) : 'unseen')`,
      )
    // What a Ractor forked, the parent does not know of: it may not look at its own state there.
    expect(await armedRuby(ractor("IO.popen('-') { |pipe| pipe ? pipe.read : agent_there }"))).toMatchObject({
      code: 0,
      stdout: 'unseen false',
    })
    expect(
      await armedRuby(
        ractor('pipe, out = IO.pipe; Process.wait(fork { $stdout.reopen(out); agent_there }); out.close; pipe.read'),
      ),
    ).toMatchObject({code: 0, stdout: 'unseen false'})
  })
})

it('a path with umlauts, a read-only place, a stderr that is closed: the app goes on', async () => {
  expect(await armedRuby(UNTIL_SAID, {TMPDIR: '/proc'})).toMatchObject({code: 0, stdout: '1'})
  expect(await armedRuby(`$stderr.close; ${UNTIL_MET} sleep 0.5; print 1`, {DATABASE_URL: 'nonsense'})).toMatchObject({
    code: 0,
    stdout: '1',
  })
  const odd = join(directory, 'größe')
  await mkdir(odd)
  const met = `${UNTIL_MET} print Dir.glob(File.join(ENV['TMPDIR'], '*/*.sock')).size`
  expect(await armedRuby(met, {TMPDIR: odd})).toMatchObject({code: 0, stdout: '1'})
})

it('somebody else’s directory in /tmp is not used', async () => {
  await mkdir(join(directory, `heapdump-${process.getuid?.()}-web.1`), {mode: 0o777})
  await run('chmod', ['777', join(directory, `heapdump-${process.getuid?.()}-web.1`)])
  const {code, stderr, stdout} = await armedRuby(UNTIL_SAID)
  expect({code, stdout}).toEqual({code: 0, stdout: '1'})
  expect(stderr).toContain("is not a directory of this user's alone")
})

describe('an app that lacks something', () => {
  it.each([
    [
      'a database',
      {DATABASE_URL: ''},
      'no dump can be asked for: neither HEAPDUMP_DATABASE_URL nor DATABASE_URL is set',
    ],
    [
      'a secret',
      {AWS_SECRET_ACCESS_KEY: ''},
      'no dump can be asked for: none of HEAPDUMP_SECRET, AWS_SECRET_ACCESS_KEY and BUCKETEER_AWS_SECRET_ACCESS_KEY is set',
    ],
    [
      'a database that answers',
      {DATABASE_URL: 'postgres://a:b@127.0.0.1:1/c'},
      'no connection to the database, trying on: PG::ConnectionBad',
    ],
    [
      'a URL that can be read',
      {DATABASE_URL: 'postgres://us er:secret@host/c'},
      'no connection to the database, trying on: ArgumentError: the database URL can not be read',
    ],
  ])('%s: one line in the log', async (_, env, line) => {
    const {code, stderr, stdout} = await armedRuby(UNTIL_SAID, env)
    expect({code, stdout}).toEqual({code: 0, stdout: '1'})
    expect(stderr.split('\n').filter(one => one.startsWith('[heapdump]'))).toEqual([expect.stringContaining(line)])
    expect(stderr).not.toContain('secret@')
  })

  it('a database that answers: no attempt leaves a descriptor behind', () => {
    const program = `
      $VERBOSE = nil
      require 'pg'
      GC.disable
      descriptors = proc { Dir.children('/proc/self/fd').size }
      before = descriptors.call
      20.times do
        Heapdump::Database.connect('postgres://a:b@127.0.0.1:1/c', 'web.1')
      rescue PG::ConnectionBad
        nil
      end
      answer(descriptors.call - before)`
    expect(runRuby(['heapdump/database'], program)).toBe(0)
  })

  it('the pg gem: one line in the log', async () => {
    await writeFile(join(directory, 'pg.rb'), 'raise LoadError, "cannot load such file -- pg"\n')
    const {stderr, stdout} = await armedRuby(UNTIL_SAID, {}, ['-I', directory])
    expect(stdout).toBe('1')
    expect(stderr.match(/\[heapdump\].*/g)).toEqual([expect.stringContaining("the pg gem is not in the app's bundle")])
  })

  it('a bucket: the request is refused with the names', async () => {
    const app = await startArmedApp({databaseUrl: postgres.url, s3, vars: {AWS_S3_BUCKET_NAME: ''}, workers: 1})
    try {
      expect(await trigger(postgres.url)).toEqual([
        expect.objectContaining({
          code: 'misconfigured',
          message: "the dyno's environment lacks AWS_S3_BUCKET_NAME",
          pid: null,
          type: 'failed',
        }),
      ])
    } finally {
      await app.stop()
    }
  })
})

describe('Puma in other shapes', () => {
  let app: ArmedApp
  afterEach(() => app?.stop())

  it.each([
    ['single mode', 0, {}, ['puma']],
    ['single mode, beside what it forked for long', 0, {EXTRA: FORKS_FOR_LONG}, ['puma', 'supervisor']],
    ['preload_app!', 2, {PRELOAD: '1'}, ['puma worker 0', 'puma worker 1']],
  ])('%s: every process that serves is dumped', async (_, workers, vars, names) => {
    app = await startArmedApp({databaseUrl: postgres.url, s3, vars, workers})
    const events = await eventually('all of them are there', async () => {
      const said = await trigger(postgres.url)
      return ofType(said, 'accepted')[0]?.processes.length === names.length && said
    })
    expect(ofType(events, 'accepted')[0].processes.map(one => one.process)).toEqual(names)
    expect(events.at(-1)).toMatchObject({failed: 0, finished: names.length})
  })

  it('a worker that forks for each job: it is dumped, and its children come and go unseen', async () => {
    const program =
      'loop { Process.wait(fork { exit!(Heapdump.instance_variable_get(:@agent) ? 1 : 0) }); $?.success? or abort("a job saw the agent"); sleep 0.02 }'
    app = await startArmedApp({
      command: ['ruby', '-e', program],
      databaseUrl: postgres.url,
      s3,
      vars: {HEAPDUMP_GRACE: '1'},
      workers: 1,
    })
    const events = await trigger(postgres.url)
    expect(ofType(events, 'accepted')[0].processes.map(one => one.pid)).toEqual([app.pid])
    expect(events.at(-1)).toMatchObject({failed: 0, finished: 1})
    expect(app.lines.filter(line => line.includes('a job saw the agent'))).toEqual([])
    expect(await app.members()).toEqual([app.pid])
  })

  it('a phased restart: new workers, no request lost, the next dump is of them', async () => {
    app = await startArmedApp({databaseUrl: postgres.url, s3})
    const before = await app.members()
    const traffic = startTraffic(app.url, {perSecond: 20})
    process.kill(app.pid, 'SIGUSR1')
    await eventually('two others are there', async () => {
      const now = await app.members()
      return now.length === 2 && now.every(pid => !before.includes(pid))
    })
    const events = await trigger(postgres.url)
    await traffic.stop()
    expect(traffic.failures).toEqual([])
    expect(events.at(-1)).toMatchObject({failed: 0, finished: 2})
    expect(app.lines.filter(line => /threads started before fork/i.test(line))).toEqual([])
  })
})
