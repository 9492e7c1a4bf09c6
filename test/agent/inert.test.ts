// Where the agent must stay out of the way: short-lived processes, children, apps that lack what it needs.
import {mkdir, mkdtemp, readdir, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {type EnabledApp, bucketVars, ofType, startEnabledApp, trigger} from '../support/enabled-app.js'
import {startEnabledRuby} from '../support/enabled-ruby.js'
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

/** Runs a Ruby program with the agent enabled until it exits. */
function enabledRuby(script: string, env: Readonly<Record<string, string>> = {}, args: readonly string[] = []) {
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

/** Ruby code that waits until the agent has logged something, 20 s at most, and then prints 1. */
const UNTIL_LOGGED = `
  LOGGED = []
  logger = Object.new
  def logger.write(*texts)
    LOGGED.concat(texts)
    STDERR.write(*texts)
  end
  $stderr = logger
  400.times { LOGGED.empty? ? sleep(0.05) : break }
  sleep 0.3
  print 1
`
/** Forks like Solid Queue's Puma plugin. */
const FORKS_FOR_LONG = `fork { $0 = 'supervisor'; sleep }`
/** Ruby code that waits until the agent has joined its rendezvous, 20 s at most. */
const UNTIL_MET = `400.times { Dir.glob(File.join(ENV['TMPDIR'], '*/*.sock')).empty? ? sleep(0.05) : break };`
const rendezvous = () => readdir(directory)

describe('a process that ends within the grace period', () => {
  it('loads nothing, opens nothing, logs nothing', async () => {
    const script =
      'print $LOADED_FEATURES.grep(/heapdump/).size, " ", Thread.list.size, " ", ENV["HEAPDUMP_PID"] == Process.pid.to_s'
    expect(await enabledRuby(script, {HEAPDUMP_GRACE: '10'})).toEqual({code: 0, stderr: '', stdout: '0 2 true'})
    expect(await rendezvous()).toEqual([])
  })

  it('keeps its exit status and its output', async () => {
    expect(await enabledRuby('abort "as the task wants"', {HEAPDUMP_GRACE: '10'})).toEqual({
      code: 1,
      stderr: 'as the task wants\n',
      stdout: '',
    })
    expect((await enabledRuby('exit 42', {HEAPDUMP_GRACE: '0'})).code).toBe(42)
  })
})

it('waits while the main thread holds the RubyGems lock, because a second thread could cause a deadlock', async () => {
  const script = `
    Gem::LOADED_SPECS_MUTEX.synchronize do
      sleep 1.5
      require 'set'
    end
    ${UNTIL_MET}
    print Dir.children(ENV['TMPDIR']).size
  `
  expect(await enabledRuby(script)).toMatchObject({code: 0, stdout: '1'})
})

it.each([
  ['no DYNO', {DYNO: ''}],
  ['HEAPDUMP_DISABLED', {HEAPDUMP_DISABLED: '1'}],
  ['the marker of another process (an exec’d child)', {HEAPDUMP_PID: '1'}],
])('%s: not even a thread', async (_, env) => {
  const ran = await enabledRuby('sleep 1; print Thread.list.size', env)
  expect(ran).toEqual({code: 0, stderr: '', stdout: '1'})
  expect(await rendezvous()).toEqual([])
})

describe('a Ruby that the agent does not support', () => {
  const RUBYOPT = `-W2 -r${join(import.meta.dirname, 'ruby/pretend.rb')} -r${AGENT}`
  it('is older than 2.7, or not CRuby', () => {
    const rubies = [
      'ruby 1.9.3',
      'ruby 2.6.10',
      'ruby 2.7.0',
      'ruby 3.4.1',
      'ruby 10.0.0',
      'jruby 3.4.2',
      'truffleruby 3.3.7',
    ]
    const supported = runRuby<string[]>(
      [],
      `$VERBOSE = nil
       answer(INPUT['rubies'].select do |ruby|
         RUBY_ENGINE, RUBY_VERSION = ruby.split
         load(INPUT['agent'])
         Heapdump::SUPPORTED
       end)`,
      {agent: AGENT, rubies},
    )
    expect(supported).toEqual(['ruby 2.7.0', 'ruby 3.4.1', 'ruby 10.0.0'])
  })

  it.each(['ruby 2.6.10p210 2.6.10', 'jruby 9.4.8.0 3.1.4'])(
    '%s: one line in the log of a process that lives long, and nothing else',
    async ruby => {
      const script = `
        Thread.abort_on_exception = true
        Process.wait(fork { sleep 0.5 })
        system('ruby', '-e', 'sleep 0.5')
        traces = $LOADED_FEATURES.grep(/agent.heapdump|objspace/) + Process.singleton_class.ancestors.grep(/Heapdump/)
        print Thread.list.size, ' ', traces`
      const {code, stderr, stdout} = await enabledRuby(script, {
        HEAPDUMP_TRACE: 'boot',
        PRETEND: ruby,
        RUBYOPT,
      })
      expect({code, stdout}).toEqual({code: 0, stdout: '1 []'})
      const name = ruby.replace(/ [\d.]+$/, '').replace('.', '\\.')
      const line = `process \\d+ cannot be dumped: the agent needs CRuby 2\\.7 or later, and this is ${name}`
      expect(stderr).toMatch(new RegExp(`^\\[heapdump\\] ${line}\\n$`))
      expect(stderr).toMatch(/heapdump.*CRuby/) // what heapdump:doctor says to search for
      expect(await rendezvous()).toEqual([])
    },
  )

  it('says nothing in a process that ends within the grace period, or that closed stderr', async () => {
    const env = {PRETEND: 'jruby 9.4.8.0 3.1.4', RUBYOPT}
    expect(await enabledRuby('print 1', {...env, HEAPDUMP_GRACE: '10'})).toEqual({code: 0, stderr: '', stdout: '1'})
    const closed = 'Thread.abort_on_exception = true; $stderr.close; sleep 0.5; print 1'
    expect(await enabledRuby(closed, env)).toEqual({code: 0, stderr: '', stdout: '1'})
  })
})

it('exec’d children stay out, forked ones take part, and an exec in place keeps the agent', async () => {
  const script = `
    ${UNTIL_MET}
    puts "spawned #{\`ruby -e 'sleep 1; print Thread.list.size'\`}"
    $stdout.flush
    pid = fork { sleep 1.5; puts "forked #{Thread.list.any? { |thread| thread.name == 'heapdump' }}"; $stdout.flush }
    Process.wait(pid)
    exec('ruby', '-e', 'print "replaced #{Thread.list.size}"')
  `
  expect(await enabledRuby(script)).toMatchObject({code: 0, stdout: 'spawned 1\nforked true\nreplaced 2'})
})

it('a child does not end the database session of its parent, however it was forked', async () => {
  const forks = [
    'Process.wait(fork { exit })',
    '(pid = Process.fork) ? Process.wait(pid) : exit',
    "(pipe = IO.popen('-')) ? pipe.close : exit",
    "IO.popen('-') { |pipe| pipe ? pipe.read : exit }",
    "(pipe = open('|-')) ? pipe.close : exit", // bypasses the hooks
  ]
  const listening = "sleep 0.05 until Thread.list.any? { |thread| thread.name == 'heapdump leader' }; sleep 0.5"
  const ruby = await startEnabledRuby({
    env: {...bucketVars(s3), DATABASE_URL: postgres.url},
    script: `$VERBOSE = nil; ${listening}; ${forks.join('; ')}; puts "they have exited"; $stdout.flush; sleep`,
  })
  try {
    await ruby.says('they have exited')
    expect((await trigger(postgres.url)).at(-1)).toMatchObject({finished: 1})
    expect(ruby.log()).not.toContain('connection')
  } finally {
    await ruby.stop()
  }
})

describe('long-lived forks', () => {
  // Prints whether the child sees its parent's agent, with its open lock, socket and session.
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

  it('start without the resources that are open in the parent', async () => {
    const forks = [
      'Process.wait(fork { agent_there })',
      'Process.wait(Process.fork || agent_there)',
      'Process.wait(Thread.new { fork { agent_there } }.value)',
      "IO.popen('-') { |pipe| pipe ? print(pipe.read) : agent_there }",
      "(pipe = IO.popen('-', 'r')) ? print(pipe.read) : agent_there",
      "IO.popen(ENV.to_h, '-', 'r', external_encoding: 'BINARY') { |pipe| pipe ? print(pipe.read) : agent_there }",
    ]
    for (const fork of forks)
      expect(await enabledRuby(seen(fork)), fork).toMatchObject({code: 0, stdout: 'unseen true'})
    expect(await enabledRuby(seen('print IO.popen("echo -n echoed", &:read)'))).toMatchObject({stdout: 'echoed false'})
  })

  it('may come from a Ractor', async () => {
    const ractor = (fork: string) =>
      seen(
        `print(defined?(Ractor) ? (r = Ractor.new { ${fork} }; r.respond_to?(:value) ? r.value : r.take) : 'unseen')`,
      )
    // The parent does not know what a Ractor forked, because a Ractor must not touch its state.
    expect(await enabledRuby(ractor("IO.popen('-') { |pipe| pipe ? pipe.read : agent_there }"))).toMatchObject({
      code: 0,
      stdout: 'unseen false',
    })
    expect(
      await enabledRuby(
        ractor('pipe, out = IO.pipe; Process.wait(fork { $stdout.reopen(out); agent_there }); out.close; pipe.read'),
      ),
    ).toMatchObject({code: 0, stdout: 'unseen false'})
  })
})

it('a path with umlauts, a read-only directory, a closed stderr: the app keeps running', async () => {
  expect(await enabledRuby(UNTIL_LOGGED, {TMPDIR: '/proc'})).toMatchObject({code: 0, stdout: '1'})
  expect(await enabledRuby(`$stderr.close; ${UNTIL_MET} sleep 0.5; print 1`, {DATABASE_URL: 'nonsense'})).toMatchObject(
    {
      code: 0,
      stdout: '1',
    },
  )
  const odd = join(directory, 'größe')
  await mkdir(odd)
  const met = `${UNTIL_MET} print Dir.glob(File.join(ENV['TMPDIR'], '*/*.sock')).size`
  expect(await enabledRuby(met, {TMPDIR: odd})).toMatchObject({code: 0, stdout: '1'})
})

it('does not use another user’s directory in /tmp', async () => {
  await mkdir(join(directory, `heapdump-${process.getuid?.()}-web.1`), {mode: 0o777})
  await run('chmod', ['777', join(directory, `heapdump-${process.getuid?.()}-web.1`)])
  const {code, stderr, stdout} = await enabledRuby(UNTIL_LOGGED)
  expect({code, stdout}).toEqual({code: 0, stdout: '1'})
  expect(stderr).toContain('is not a private directory of this user')
})

describe('an app that lacks something', () => {
  it.each([
    [
      'a database',
      {DATABASE_URL: ''},
      'dumps cannot be requested: neither HEAPDUMP_DATABASE_URL nor DATABASE_URL is set',
    ],
    [
      'a secret',
      {AWS_SECRET_ACCESS_KEY: ''},
      'dumps cannot be requested: none of HEAPDUMP_SECRET, AWS_SECRET_ACCESS_KEY and BUCKETEER_AWS_SECRET_ACCESS_KEY is set',
    ],
    [
      'a database that answers',
      {DATABASE_URL: 'postgres://a:b@127.0.0.1:1/c'},
      'database connection failed, retrying: PG::ConnectionBad',
    ],
    [
      'a URL that can be read',
      {DATABASE_URL: 'postgres://us er:secret@host/c'},
      'database connection failed, retrying: ArgumentError: the database URL is malformed',
    ],
  ])('%s: one line in the log', async (_, env, line) => {
    const {code, stderr, stdout} = await enabledRuby(UNTIL_LOGGED, env)
    expect({code, stdout}).toEqual({code: 0, stdout: '1'})
    expect(stderr.split('\n').filter(one => one.startsWith('[heapdump]'))).toEqual([expect.stringContaining(line)])
    expect(stderr).not.toContain('secret@')
  })

  it('a database that answers: failed attempts leave no descriptor behind', () => {
    const program = `
      $VERBOSE = nil
      require 'pg'
      GC.disable
      descriptors = proc { Dir.children('/proc/self/fd').size }
      before = descriptors.call
      20.times do
        Heapdump::Database.connect('postgres://a:b@127.0.0.1:1/c', 'web.1', 0)
      rescue PG::ConnectionBad
        nil
      end
      answer(descriptors.call - before)`
    expect(runRuby(['heapdump/database'], program)).toBe(0)
  })

  it('the pg gem: one line in the log', async () => {
    await writeFile(join(directory, 'pg.rb'), 'raise LoadError, "cannot load such file -- pg"\n')
    const {stderr, stdout} = await enabledRuby(UNTIL_LOGGED, {}, ['-I', directory])
    expect(stdout).toBe('1')
    expect(stderr.match(/\[heapdump\].*/g)).toEqual([expect.stringContaining("the pg gem is not in the app's bundle")])
  })

  it('a bucket: the request is refused, with the missing names', async () => {
    const app = await startEnabledApp({databaseUrl: postgres.url, s3, vars: {AWS_S3_BUCKET_NAME: ''}, workers: 1})
    try {
      expect(await trigger(postgres.url)).toEqual([
        expect.objectContaining({
          code: 'misconfigured',
          message: 'not set on this dyno: AWS_S3_BUCKET_NAME',
          pid: null,
          type: 'failed',
        }),
      ])
    } finally {
      await app.stop()
    }
  })
})

/** Options that make Ruby complain: about the agent too, if it gave a reason. */
const STRICT = '-w -W:deprecated -W:experimental --enable=frozen-string-literal'

describe('other ways to run', () => {
  let app: EnabledApp
  afterEach(() => app?.stop())

  it.each([
    ['single mode, with strict options of Ruby', 0, {RUBYOPT: STRICT}, ['puma']],
    ['single mode with a long-lived fork', 0, {EXTRA: FORKS_FOR_LONG}, ['puma', 'supervisor']],
    ['preload_app!', 2, {PRELOAD: '1'}, ['puma worker 0', 'puma worker 1']],
  ])('Puma, %s: every serving process is dumped', async (_, workers, vars, names) => {
    app = await startEnabledApp({databaseUrl: postgres.url, s3, vars, workers})
    const events = await eventually('all of them are dumped', async () => {
      const heard = await trigger(postgres.url)
      return ofType(heard, 'accepted')[0]?.processes.length === names.length && heard
    })
    expect(ofType(events, 'accepted')[0].processes.map(one => one.process)).toEqual(names)
    expect(events.at(-1)).toMatchObject({failed: 0, finished: names.length})
    expect(app.lines.filter(line => /warn|deprecat|frozen/i.test(line) && line.includes('heapdump'))).toEqual([])
  })

  it('Process.daemon: the daemon is dumped, and its parent is gone', async () => {
    const listening = "sleep 0.02 until Thread.list.any? { |thread| thread.name == 'heapdump leader' }; sleep 0.3"
    const ruby = await startEnabledRuby({
      env: {...bucketVars(s3), DATABASE_URL: postgres.url},
      script: `${listening}; Process.daemon(true, true); puts "daemon #{Process.pid}."; $stdout.flush; sleep 60`,
    })
    try {
      await eventually('the daemon says its pid', () => /daemon \d+\./.test(ruby.log()))
      const pid = Number(/daemon (\d+)\./.exec(ruby.log())?.[1])
      try {
        const events = await trigger(postgres.url)
        expect(ofType(events, 'accepted')[0].processes.map(one => one.pid)).toEqual([pid])
        expect(events.at(-1)).toMatchObject({failed: 0, finished: 1})
      } finally {
        process.kill(pid)
      }
    } finally {
      await ruby.stop()
    }
  })

  it('a worker that forks for each job: the worker is dumped, its short-lived children are not', async () => {
    const program =
      'loop { Process.wait(fork { exit!(Heapdump.instance_variable_get(:@agent) ? 1 : 0) }); $?.success? or abort("a job saw the agent"); sleep 0.02 }'
    app = await startEnabledApp({
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

  it('Puma, phased restart: no request is lost, and the next dump is of the new workers', async () => {
    app = await startEnabledApp({databaseUrl: postgres.url, s3})
    const before = await app.members()
    const traffic = startTraffic(app.url, {perSecond: 20})
    process.kill(app.pid, 'SIGUSR1')
    await eventually('two new workers', async () => {
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
