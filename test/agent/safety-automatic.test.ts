// Automatic dumps: when a rule fires, how often, and which rules the agent accepts.
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, afterEach, beforeAll, describe, expect, it} from 'vitest'
import {deriveKey} from '../../src/lib/protocol/envelope.js'
import {askAgents} from '../../src/lib/agent/ask-agents.js'
import {encodeRules, RULES_KEY} from '../../src/lib/protocol/rules.js'
import {parseBytes} from '../../src/lib/units.js'
import {type EnabledRuby, startEnabledRuby} from '../support/enabled-ruby.js'
import {SECRET, startBackstage} from '../support/ask-agent.js'
import {eventually} from '../support/eventually.js'
import {runRuby} from '../support/run-ruby.js'
import {runPlugin} from '../support/run-plugin.js'

describe('a trigger', () => {
  /** The seconds at which it fires; `samples` are [at, used MB, last dump of the rule]. */
  const fires = (
    words: unknown,
    samples: ReadonlyArray<readonly [number, number, (number | null)?]>,
    limitMb: number | null = null,
  ) =>
    runRuby<number[] | null>(
      ['heapdump/triggers'],
      `trigger = Heapdump::Triggers.parse(INPUT['words'])
       limit = INPUT['limit'] && (INPUT['limit'] * 1_000_000)
       answer(trigger && INPUT['samples'].select { |at, used, last| trigger.due({at: at, used: used * 1_000_000, limit: limit, process_type: 'web'}, last) }.map(&:first))`,
      {limit: limitMb, samples, words},
    )

  it('on memory waits for several samples in a row', () => {
    const samples = [300, 420, 430, 300, 410, 420, 430, 440, 450, 460, 470].map((used, at) => [at, used] as const)
    expect(fires({above: '400MB', type: 'memory'}, samples)).toEqual([6, 9])
    expect(fires({above: '80%', samples: 2, type: 'memory'}, samples, 512)).toEqual([2, 5, 7, 9])
    expect(fires({above: '80%', quotas: {web: 512e6, worker: 1}, samples: 1, type: 'memory'}, samples)?.length).toBe(9)
    expect(fires({above: '80%', quotas: {worker: 512e6}, type: 'memory'}, samples)).toEqual([]) // no dyno of that type
    expect(fires({above: '80%', type: 'memory'}, samples)).toEqual([]) // the limit is unknown
  })

  it('on growth uses the slope of an hour, and ignores a boot, a step or a wave', () => {
    const minutes = (use: (minute: number) => number) =>
      Array.from({length: 180}, (_, minute) => [minute * 60, use(minute)] as const)
    expect(
      fires(
        {perHour: '50MB', type: 'growth'},
        minutes(minute => 200 + minute),
      ),
    ).toEqual([1800, 3660, 5520, 7380, 9240])
    expect(
      fires(
        {perHour: '50MB', type: 'growth'},
        minutes(minute => 200 + minute / 2),
      ),
    ).toEqual([])
    expect(
      fires(
        {perHour: '50MB', type: 'growth'},
        minutes(minute => 200 + 30 * Math.sin(minute / 3)),
      ),
    ).toEqual([])
  })

  it('on a schedule counts from the last dump, or fires at a time of day', () => {
    expect(
      fires({every: '1h', type: 'schedule'}, [
        [0, 1],
        [3599, 1],
        [3600, 1],
        [3630, 1, 3600],
        [7199, 1, 3600],
        [7200, 1, 3600],
      ]),
    ).toEqual([3600, 7200])
    const day = 20_000 * 86_400
    expect(
      fires({at: '02:00', type: 'schedule'}, [
        [day + 7100, 1],
        [day + 7199, 1],
        [day + 7200, 1],
        [day + 7230, 1, day + 7201],
        [day + 86_400 + 7200, 1, day + 7201],
      ]),
    ).toEqual([day + 7200, day + 86_400 + 7200])
  })

  it('that cannot be parsed is ignored', () => {
    for (const words of [
      {type: 'moon'},
      {above: 'much', type: 'memory'},
      {above: '80%', samples: 'x', type: 'memory'},
      {every: '5s', type: 'schedule'},
      {at: '25:00', type: 'schedule'},
      {type: 'growth'},
    ]) {
      expect(fires(words, [])).toBeNull()
    }
  })
})

describe('a size', () => {
  const SIZES = [
    '50MB',
    '50 mb',
    '1.5GB',
    '800000',
    '64MiB',
    '1 GiB',
    '2T',
    '512kB',
    '',
    'MB',
    '-1MB',
    '50i',
    '1.2345MB',
  ]

  it('is parsed the same by the agent and the plugin', () => {
    const read = runRuby<Array<number | null>>(
      ['heapdump/units'],
      'answer(INPUT.map { |text| Heapdump::Units.bytes(text) })',
      SIZES,
    )
    expect(read).toEqual(SIZES.map(parseBytes))
    expect(read[0]).toBe(50e6)
  })

  it('in percent refers to the quota of the process type, which is parsed from the dyno’s name', () => {
    const types = runRuby<unknown[]>(
      ['heapdump/configuration'],
      "answer(INPUT.map { |name| Heapdump::Configuration.new('DYNO' => name).process_type })",
      ['web.1', 'my-worker.12', 'a-b-c.1', 'web-848cd4f64d-pvpr2', 'my-worker-848cd4f64d-pvpr2', 'odd', null],
    )
    expect(types).toEqual(['web', 'my-worker', 'a-b-c', 'web', 'my-worker', null, null])
  })

  it('of a quota is in MiB, as Heroku counts', () => {
    const read = runRuby<unknown[]>(
      ['heapdump/units', 'heapdump/configuration'],
      `configuration = Heapdump::Configuration.new('HEAPDUMP_MEMORY_QUOTA' => '512 MB')
       answer([configuration.memory_quota, Heapdump::Units.quota('2.5GB'), Heapdump::Units.quota('512MiB'), Heapdump::Units.megabytes(50_000_000)])`,
    )
    expect(read).toEqual([512 * 2 ** 20, 2.5 * 2 ** 30, 512 * 2 ** 20, '50 MB'])
  })
})

describe('an enabled dyno', () => {
  let backstage: Awaited<ReturnType<typeof startBackstage>>
  let ruby: EnabledRuby
  const scratch = mkdtempSync(join(tmpdir(), 'heapdump-automatic-'))
  beforeAll(async () => {
    backstage = await startBackstage()
    writeFileSync(
      join(scratch, 'env'),
      Object.entries(backstage.env)
        .map(([name, value]) => `${name}=${value}\n`)
        .join(''),
    )
  })
  afterEach(async () => {
    await ruby?.stop()
    backstage.s3.objects.clear()
  })
  afterAll(async () => {
    rmSync(scratch, {force: true, recursive: true})
    await backstage?.stop()
  })

  const boot = async (env: Record<string, string>) => {
    ruby = await startEnabledRuby({env: {...backstage.env, HEAPDUMP_SAMPLE_SECONDS: '0.2', ...env}})
  }

  const facts = () => [...backstage.s3.objects.keys()].filter(key => key.endsWith('.facts'))

  const cli = (...args: string[]) => runPlugin([...args, '--env', join(scratch, 'env')], {env: {HOME: scratch}})

  it('dumps when memory is high, logs why, and keeps its limits across a restart', async () => {
    await boot({HEAPDUMP_ON_MEMORY: '1MB'})
    await ruby.says('rule memory: ')
    await ruby.says('dumped process')
    expect(ruby.log()).toMatch(/rule memory: memory is \d+ MB, above 1 MB for 3 samples: dumping web\.1/)
    expect(facts()).toEqual([expect.stringMatching(/,redacted=1,.*,by=memory,?/)])
    await ruby.says('but its last dump was')

    await ruby.stop()
    await boot({HEAPDUMP_ON_MEMORY: '1MB'})
    await ruby.says('but its last dump was')
    expect(facts()).toHaveLength(1)
    // The cooldown of a rule does not apply to a person.
    expect((await backstage.trigger()).at(-1)).toMatchObject({finished: 1, type: 'done'})
  })

  it('loads rules from the bucket when the plugin says so, and drops removed ones', async () => {
    await boot({})
    const scheduled = await cli('heapdump:schedule:add', '--memory', '1MB', '--name', 'high', '--per-day', '1')
    expect(scheduled).toMatchObject({code: 0, stderr: ''})
    expect(scheduled.stdout).toContain('memory above 1MB for 3 samples.\n In effect on web.1.')
    await ruby.says('dumped process')
    expect(facts()[0]).toContain(',by=high')
    await ruby.says('but it has reached its limit (1 in 24 hours)')

    await cli('heapdump:schedule:add', '--every', '6h', '--dyno', 'worker.1')
    const listed = await cli('heapdump:schedule:list')
    expect(listed.stdout).toMatch(/high +memory above 1MB for 3 samples +all enabled +1 a day, 1h apart/)
    expect(listed.stdout).toMatch(/every-6h +every 6h +worker\.1/)
    const gone = await cli('heapdump:schedule:remove', 'high', '--json')
    expect(JSON.parse(gone.stdout)).toMatchObject({rules: [{name: 'every-6h'}], told: ['web.1']})
    expect((await cli('heapdump:schedule:remove', 'high')).stderr).toContain('There is no rule high.')
    expect((await cli('heapdump:schedule:add', '--every', '20s')).code).toBe(2)
  })

  it('ignores rules that are older than those it has read, even after a change of leader', async () => {
    const rules = (name: string, at: number) =>
      backstage.s3.seed([
        {
          body: encodeRules({at, rules: [{name, trigger: {every: '6h', type: 'schedule'}}]}, deriveKey(SECRET)),
          key: RULES_KEY,
        },
      ])
    const connection = await backstage.connect()
    const held = async () => {
      const options = {
        answerTimeoutMs: 10_000,
        dyno: 'web.1',
        question: {type: 'rules'},
        secret: SECRET,
        target: [],
      } as const
      return (await askAgents(connection, options))[0].rules
    }

    try {
      rules('new', 1000)
      await boot({})
      expect(await held()).toEqual(['new'])
      rules('old', 999)
      expect(await held()).toEqual(['new'])
      await ruby.says('ignored the rules in the bucket: they are older than the current ones')
      rules('newer', 1001)
      expect(await held()).toEqual(['newer'])
      backstage.s3.seed([{body: 'no rules', key: RULES_KEY}])
      expect(await held()).toEqual(['newer'])
      backstage.s3.faults.add({code: 'AccessDenied', status: 403})
      expect(await held()).toEqual(['newer'])
      backstage.s3.objects.delete(RULES_KEY)
      expect(await held()).toEqual([])
    } finally {
      await connection.close()
    }

    const kept = runRuby<boolean[]>(
      ['heapdump/log', 'heapdump/ledger'],
      `require 'tmpdir'
       Dir.mktmpdir do |directory|
         path = File.join(directory, 'requests.json')
         first = Heapdump::Ledger.new(path, 0).newest_rules?(1000)
         answer([first] + [999, 1000, 1001].map { |at| Heapdump::Ledger.new(path, 0).newest_rules?(at) })
       end`,
    )
    expect(kept).toEqual([true, false, true, true])
  })

  it('ignores dumps of a rule that are dated in the future', () => {
    const times = runRuby<Array<number | null>>(
      ['heapdump/log', 'heapdump/configuration', 'heapdump/watch'],
      `watch = Heapdump::Watch.new(nil, Heapdump::Configuration.new('DYNO' => 'web.1'), nil, nil, nil)
       rule = Heapdump::Rule.parse('name' => 'high', 'trigger' => {'type' => 'schedule', 'every' => '1h'})
       keys = %w[20260101T000000Z 29990101T000000Z 20261345T000000Z].map { |time| "heapdump/v1/#{time}-web.1-7-abcdefghij,by=high.facts" }
       answer(keys.map { |key| watch.send(:time_of, key, rule) })`,
    )
    expect(times).toEqual([1_767_225_600, null, null])
  })

  it('ignores rules that are not signed with its secret', async () => {
    const rule = {name: 'forged', trigger: {above: '1MB', samples: 1, type: 'memory'}} as const
    backstage.s3.seed([{body: encodeRules({at: 1, rules: [rule]}, deriveKey('another secret')), key: RULES_KEY}])
    await boot({})
    await ruby.says('cannot read the rules in the bucket')
    expect(facts()).toEqual([])
  })

  it('continues a schedule where the previous dyno stopped', async () => {
    const secondsAgo = (seconds: number) =>
      new Date(Date.now() - seconds * 1000).toISOString().replaceAll(/[-:]|\.\d+/g, '')
    backstage.s3.seed([
      {body: '{}', key: `heapdump/v1/${secondsAgo(1800)}-web.1-7-abcdefghij,redacted=1,by=schedule.facts`},
    ])
    await boot({HEAPDUMP_SCHEDULE: '30m'})
    await ruby.says('rule schedule: it is due')
    await eventually('its dump', () => facts().length === 2)
  })

  it('lets prune remove old dumps with their facts, but never the newest', async () => {
    await boot({})
    const keys = ['20260101', '20260102', '20260103'].map(day => `heapdump/v1/${day}T000000Z-web.1-7-abcdefghij`)
    backstage.s3.seed(
      keys.flatMap(stem => [
        {body: 'x', key: `${stem}.json.gz`},
        {body: '{}', key: `${stem},bytes=1.facts`},
      ]),
    )
    expect((await cli('heapdump:prune', '--days', '30')).stderr).toContain('Run this command again with --confirm ')
    expect((await cli('heapdump:prune', '--days', '30', '--dry-run')).stdout).toContain('Would delete 2 of 3 dumps')
    expect(backstage.s3.objects.size).toBe(6)
    const {stderr, stdout} = await cli('heapdump:prune', '--days', '30', '--confirm', join(scratch, 'env'))
    expect(stderr).toBe('')
    expect(stdout).toContain('Deleted 2 of 3 dumps')
    expect([...backstage.s3.objects.keys()]).toEqual([`${keys[2]}.json.gz`, `${keys[2]},bytes=1.facts`])
  })
})
