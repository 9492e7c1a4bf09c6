// Settings known to hurt, from config vars, formation and what the agents said.
import {expect, it} from 'vitest'
import {memorySettings, type Surroundings} from '../../../src/lib/doctor/memory-settings.js'

const STANDARD_1X = {quantity: 1, quotaBytes: 512 * 2 ** 20, size: 'Standard-1X', type: 'web'}

function agent(process: string, ruby = '3.3.8'): Surroundings['agents'][number] {
  const rest = {gcCount: 1, pid: 4, rssBytes: 1, tracing: null, uptimeSeconds: 1}
  return {processes: [{...rest, process}], ruby}
}

function found(vars: Record<string, string>, surroundings: Partial<Surroundings> = {}) {
  return memorySettings(vars, {agents: [], formation: [], source: '⬢ shop', target: ['--app', 'shop'], ...surroundings})
}

it.each([
  ['the config var says so', {RAILS_MAX_THREADS: '5'}, [], 'RAILS_MAX_THREADS is 5'],
  ['an agent says so', {}, [agent('puma worker 0')], 'the app runs puma'],
  ['it is Sidekiq', {}, [agent('sidekiq')], 'the app runs sidekiq'],
])('warns about a threaded server without an arena limit: %s', (_, vars, agents, who) => {
  expect(found(vars, {agents})).toEqual([
    {
      fix: 'heroku config:set MALLOC_ARENA_MAX=2 --app shop',
      text: expect.stringMatching(new RegExp(`^MALLOC_ARENA_MAX is not set, but ${who}.*8 arenas for each core`)),
    },
  ])
})

it.each([
  ['there is a limit', {MALLOC_ARENA_MAX: '2', RAILS_MAX_THREADS: '5'}, []],
  ['glibc has its limit as a tunable', {GLIBC_TUNABLES: 'glibc.malloc.arena_max=2', RAILS_MAX_THREADS: '5'}, []],
  ['there is one thread', {RAILS_MAX_THREADS: '1'}, [agent('puma worker 0')]],
  ['it is Unicorn', {}, [agent('unicorn worker 0')]],
  ['nothing is known about threads', {}, []],
  ['jemalloc is preloaded', {LD_PRELOAD: '/app/lib/libjemalloc.so.2', RAILS_MAX_THREADS: '5'}, []],
  ["the buildpack's variable loads jemalloc", {JEMALLOC_ENABLED: 'true', RAILS_MAX_THREADS: '5'}, []],
])('has nothing to say if %s', (_, vars, agents) => {
  expect(found(vars, {agents})).toEqual([])
})

it('says that jemalloc ignores an arena limit', () => {
  expect(found({LD_PRELOAD: 'libjemalloc.so.2', MALLOC_ARENA_MAX: '2', RAILS_MAX_THREADS: '5'})).toEqual([
    {
      fix: 'heroku config:unset MALLOC_ARENA_MAX --app shop',
      text: expect.stringContaining('has no effect on jemalloc'),
    },
  ])
})

it('says what YJIT may take in many workers on a small dyno', () => {
  const vars = {MALLOC_ARENA_MAX: '2', RUBY_YJIT_ENABLE: '1', WEB_CONCURRENCY: '4'}
  const [{fix, text}] = found(vars, {agents: [agent('puma worker 0')], formation: [STANDARD_1X]})
  expect(fix).toBe('heroku config:unset RUBY_YJIT_ENABLE --app shop')
  expect(text).toBe(
    'YJIT is on, and each of 4 workers on a Standard-1X dyno (512 MB) compiles its own code, up to 50.3 MB each.',
  )
  const [byOption] = found(
    {MALLOC_ARENA_MAX: '2', RUBYOPT: '-W0 --yjit --yjit-exec-mem-size=16', WEB_CONCURRENCY: '2'},
    {formation: [STANDARD_1X]},
  )
  expect(byOption.fix).toContain('Remove --yjit from RUBYOPT')
  expect(byOption.text).toContain('up to 16.8 MB each')
})

it.each([
  ['one worker', {WEB_CONCURRENCY: '1'}, STANDARD_1X],
  ['no YJIT', {RUBY_YJIT_ENABLE: '0', WEB_CONCURRENCY: '4'}, STANDARD_1X],
  ['a large dyno', {WEB_CONCURRENCY: '4'}, {...STANDARD_1X, quotaBytes: 2.5 * 2 ** 30, size: 'Performance-M'}],
  ['no web dyno', {WEB_CONCURRENCY: '4'}, {...STANDARD_1X, quantity: 0}],
])('lets %s pass', (_, vars, processType) => {
  expect(found({MALLOC_ARENA_MAX: '2', RUBY_YJIT_ENABLE: '1', ...vars}, {formation: [processType]})).toEqual([])
})

it('names the file if there is no app', () => {
  const [{fix}] = found({RAILS_MAX_THREADS: '5'}, {source: '.env', target: ['--env', '.env']})
  expect(fix).toBe('Set MALLOC_ARENA_MAX=2 in .env.')
})
