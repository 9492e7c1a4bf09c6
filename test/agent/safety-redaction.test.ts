// No readable string leaves the dyno, and the analysis of a redacted dump is still right.
import {mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {gunzipSync} from 'node:zlib'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import HeapdumpAnalyze from '../../src/commands/heapdump/analyze.js'
import type {AnalysisReport} from '../../src/lib/analysis/report/report.js'
import {storedDumps} from '../support/enabled-app.js'
import {type EnabledRuby, startEnabledRuby} from '../support/enabled-ruby.js'
import {startBackstage} from '../support/ask-agent.js'
import {cacheHome} from '../support/cache-home.js'
import {runCommand} from '../support/run-command.js'
import {runRuby} from '../support/run-ruby.js'

describe('a value', () => {
  it('becomes the same hash wherever the blocks of a dump are cut, and no part of it remains', () => {
    const program = readFileSync(new URL('ruby/cut-anywhere.rb', import.meta.url), 'utf8')
    expect(runRuby(['uploader/redactor'], program)).toEqual({long: 1, readable: [], short: 1, wrong: 0})
  })

  it('is redacted even if the dump breaks off inside it', () => {
    const rest = runRuby<string[]>(
      ['uploader/redactor'],
      `answer([9, 12, 2_000_000].map { |bytes| r = Heapdump::Redactor.new; (r.add(%({"value":"#{'hunter2' * 300_000}).byteslice(0, bytes + 10).b) + r.finish).force_encoding('UTF-8') })`,
    )
    for (const text of rest) expect(text).not.toContain('hunter')
  })

  it('is told from a file name that looks like one, and nothing after such a name is lost', () => {
    const text = runRuby<string>(
      ['uploader/redactor'],
      String.raw`
        name = %({"file":"\"value\":\"b\\\n"}\n).b
        plain = %({"address":"0x1"}\n) * 12_000
        last = %({"value":"hunter2"}\n).b
        redactor = Heapdump::Redactor.new
        left = [name + plain, last].map { |block| redactor.add(block) }.join.b + redactor.finish
        answer(left.force_encoding('UTF-8'))
      `,
    )
    expect(text.split('{"address":"0x1"}').length - 1).toBe(12_000)
    expect(text).not.toContain('hunter2')
  })
})

it('no secret leaves the dyno, whatever string contains it', () => {
  const {complete, legible, left, planted} = runRuby<{
    complete: boolean[]
    legible: number
    left: number[]
    planted: number
  }>(['uploader/redactor'], readFileSync(new URL('ruby/secrets.rb', import.meta.url), 'utf8'))
  expect(legible).toBeGreaterThan(1000) // otherwise the next line proves nothing
  expect(left).toEqual([0, 0])
  expect(complete).toEqual([true, true])
  expect(planted).toBeGreaterThan(legible)
})

describe('a SQL statement', () => {
  /** Shapes with n1, n2, … for the hashes of names, and ‹› for those of literals. */
  const shapes = (statements: readonly string[]) =>
    runRuby<Array<string | null>>(
      ['uploader/sql_shape'],
      `answer(INPUT.map { |sql| json = JSON.generate(sql)[1..-2].b
         shape = Heapdump::SqlShape.candidate?(json) && Heapdump::SqlShape.new('salt').of(json)
         names = Hash.new { |known, name| known[name] = "n#{known.size + 1}" }
         shape ? JSON.parse(%(["#{shape.force_encoding('UTF-8')}"]))[0].gsub(/«\\h{6}»/, '‹›').gsub(/name_\\h{6}/, names) : nil })`,
      statements,
    )

  it('keeps its keywords, operators and placeholders, but no name and no literal', () => {
    const table: Record<string, string | null> = {
      '"$user", public-SELECT "a".* FROM "a" WHERE "a"."id" = 5': `SELECT n1.* FROM n1 WHERE n1.n2 = '‹›'`,
      'INSERT INTO "t" ("a", "b") VALUES ($1, \'x\', 2) RETURNING "id"': `INSERT INTO n1 (n2, n3) VALUES ($1, '‹›') RETURNING n4`,
      'SELECT "users".* FROM "users" WHERE "users"."email" = \'ann@example.com\' /* by ann */ LIMIT 20 OFFSET 40': `SELECT n1.* FROM n1 WHERE n1.n2 = '‹›' LIMIT '‹›' OFFSET '‹›'`,
      'SELECT `u`.`id` FROM `u` WHERE u.id IN (1, 2, 3) -- why': "SELECT n1.n2 FROM n1 WHERE n1.n2 IN ('‹›')",
      'SELECT 1 AS one FROM "t" LEFT  OUTER JOIN "u" ON u.a = t.a AND t.b IS NOT NULL': `SELECT '‹›' AS n1 FROM n2 LEFT OUTER JOIN n3 ON n3.n4 = n2.n4 AND n2.n5 IS NOT NULL`,
      'select count(*), "b" from t group by 2 order by "b" desc for update skip locked': `SELECT n1(*), n2 FROM n3 GROUP BY '‹›' ORDER BY n2 DESC FOR UPDATE SKIP LOCKED`,
      'UPDATE "t" SET "a" = TRUE, b = $3, "c"=-7 WHERE "t"."id" = $7': `UPDATE n1 SET n2 = '‹›', n3 = $1, n4=-'‹›' WHERE n1.n5 = $2`,
      'WITH x AS (SELECT 1) DELETE FROM "a" USING x': `WITH n1 AS (SELECT '‹›') DELETE FROM n2 USING n1`,
    }
    expect(shapes(Object.keys(table))).toEqual(Object.values(table))
  })

  it('is told from sentences, passwords and ambiguous text', () => {
    const texts = [
      'Select the best of them from the vault: hunter2',
      'UPDATE me with my own password: SET it to hunter2',
      'With love from Max, who is (very',
      'SELECT !~%<>=&& FROM t',
      `SELECT 'hunter2 FROM t`,
      `SELECT 'it\\'s hunter2' FROM "t" WHERE x = 'b FROM "hunter2" '`,
      `SELECT /* /* a */ it's */ 'x FROM "hunter2"' FROM t`,
      `SELECT 1 # it's\n, 'FROM "hunter2"', 'a' FROM t`,
      `SELECT 'a\\b' FROM "t"`,
      `SELECT '#' FROM "t"`,
      'SELECT /* /* a */ 1 */ 2 FROM "t"',
    ]
    expect(shapes(texts)).toEqual(texts.map(() => null))
  })

  it('has the same shape whatever words, numbers and literals it contains', () => {
    const patterns = [
      'SELECT % FROM t',
      'WITH love FROM %',
      'SELECT a FROM t WHERE b = %',
      'UPDATE t SET a = % WHERE b > %',
      'SELECT a FROM % AS %',
      'DELETE FROM t RETURNING %',
    ]
    const names = [
      'hunter2',
      'Max',
      'left',
      'first',
      'nothing',
      'No',
      'all',
      'key',
      '"Kowalski"',
      '`q`',
      '_',
      'K00000042',
    ]
    const amounts = ['$48213', '$1', '$99']
    const literals = ['TRUE', 'false', 'Null', '7', '3.5', "'x'", '$$x$$']
    const kinds = patterns.flatMap(pattern =>
      [names, amounts, literals].map(kind => kind.map(secret => pattern.replaceAll('%', () => secret))),
    )
    const written = shapes(kinds.flat())
    for (const kind of kinds) {
      const shapesOfKind = new Set(written.splice(0, kind.length))
      expect(shapesOfKind).toHaveLength(1)
      expect(shapesOfKind).not.toContain(null)
    }
  })
})

it('an exception reveals nothing that the agent holds', () => {
  const messages = runRuby<string[]>(
    ['heapdump/log', 'heapdump/configuration', 'heapdump/envelope', 'heapdump/dump', 'uploader/signer'],
    `
    class Holder
      def initialize
        configuration = Heapdump::Configuration.new(INPUT)
        signer = Heapdump::Signer.new(access_key_id: 'a', secret_access_key: 'hunter2', region: 'r')
        @held = [configuration, configuration.storage, Heapdump::Envelope.new('hunter2'), signer]
      end

      def fail_at_once
        undefined_here
      end

      def fail_on_nil
        @held.undefined_there
      end
    end
    holder = Holder.new
    errors = %i[fail_at_once fail_on_nil].map { |name| holder.public_send(name) rescue $! }
    answer(errors.flat_map { |error| [Heapdump::Log.describe(error), error.message] } + [holder.inspect])
    `,
    {
      AWS_ACCESS_KEY_ID: 'a',
      AWS_S3_BUCKET_NAME: 'b',
      AWS_SECRET_ACCESS_KEY: 'hunter2',
      DATABASE_URL: 'postgres://u:hunter2@h/d',
    },
  )
  // Ruby 3.4 opens quotations with an apostrophe.
  expect(messages[0]).toMatch(/^NameError: undefined local variable or method [`']undefined_here'$/)
  expect(messages[2]).toMatch(/^NoMethodError: undefined method [`']undefined_there'$/)
  for (const text of messages) expect(text).not.toContain('hunter2')
})

describe('a dump', () => {
  const SECRET = 'correct-horse-battery-staple'
  const script = `
    class Session; def initialize(token); @token = token; end; end
    class StatementPool; def initialize; @cache = {}; end; attr_reader :cache; end
    SESSIONS = Array.new(3_000) { |i| Session.new("${SECRET}-#{i}") }
    COPIES = Array.new(500) { "${SECRET} #{:again}" }
    POOL = StatementPool.new
    2_000.times { |i| POOL.cache[%("$user", public-SELECT "issues".* FROM "issues" WHERE "issues"."token" = '${SECRET}' LIMIT 20 OFFSET #{i})] = i }
    SYMBOLS = Array.new(50) { |i| "${SECRET}_#{i}".to_sym }
    GIANT = '${SECRET} ' * 100_000
    sleep`
  let backstage: Awaited<ReturnType<typeof startBackstage>>
  let ruby: EnabledRuby
  const directory = mkdtempSync(join(tmpdir(), 'heapdump-redaction-'))
  const envFile = join(directory, 'env')
  beforeAll(async () => {
    backstage = await startBackstage()
    writeFileSync(
      envFile,
      Object.entries(backstage.env)
        .map(([name, value]) => `${name}=${value}\n`)
        .join(''),
    )
    ruby = await startEnabledRuby({env: {...backstage.env, HEAPDUMP_DAILY_LIMIT: '0'}, script})
  })
  afterAll(async () => {
    await ruby?.stop()
    await backstage?.stop()
    rmSync(directory, {force: true, recursive: true})
  })

  /** The contents of the plugin's cache on this machine. */
  const cached = () =>
    readdirSync(cacheHome, {recursive: true})
      .map(name => join(cacheHome, String(name)))
      .filter(path => statSync(path).isFile())
      .map(path => (path.endsWith('.gz') ? gunzipSync(readFileSync(path)) : readFileSync(path)).toString('latin1'))

  async function dump(redact: boolean | undefined) {
    backstage.s3.objects.clear()
    const events = await backstage.trigger(redact === undefined ? {} : {redact})
    expect(events.at(-1)).toMatchObject({finished: 1, type: 'done'})
    const objects = [...backstage.s3.objects]
    const [key] = storedDumps(backstage.s3)
    const text = gunzipSync(backstage.s3.objects.get(key)!.body)
    rmSync(cacheHome, {force: true, recursive: true})
    const analyzed = await runCommand(HeapdumpAnalyze, [key, '--env', envFile, '--json', '--top', '200'])
    expect(analyzed).toMatchObject({code: 0, stderr: ''})
    const report = JSON.parse(analyzed.stdout) as AnalysisReport
    // JSON contains strings, so it is not cached; the first page is.
    const page = await runCommand(HeapdumpAnalyze, [key, '--env', envFile])
    expect(page).toMatchObject({code: 0, stderr: ''})
    const cache = cached()
    expect(cache.length).toBeGreaterThan(0)
    const bucket = objects.map(
      ([name, {body, headers}]) =>
        `${name} ${(name.endsWith('.gz') ? gunzipSync(body) : body).toString('latin1')} ${JSON.stringify(headers)}`,
    )
    const everything = [...bucket, JSON.stringify(events), ruby.log(), ...cache, analyzed.stdout, page.stdout].join(
      '\n',
    )
    return {
      events,
      everything,
      facts: objects.find(([name]) => name.endsWith('.facts'))![0],
      report,
      text: text.toString('utf8'),
    }
  }

  it('contains no planted secret, is marked as redacted, and gives the same analysis', async () => {
    const plain = await dump(false)
    expect(plain.facts).toContain('redacted=0')
    expect(plain.events[0]).toMatchObject({redacted: false, type: 'accepted'})
    expect(plain.everything).toContain(SECRET) // otherwise the next check proves nothing

    const redacted = await dump(undefined)
    expect(redacted.everything).not.toContain(SECRET)
    expect(redacted.everything).not.toContain('correct-horse')
    expect(redacted.facts).toContain('redacted=1')
    expect(redacted.events[0]).toMatchObject({redacted: true, type: 'accepted'})

    // Statements of one shape, which still differ from each other.
    const statements = new Set(redacted.text.match(/SELECT name_[^\n]*? OFFSET '[^\n]*?\*\//g))
    expect(statements.size).toBe(2000)
    const shapes = new Set([...statements].map(statement => statement.replaceAll(/«[0-9a-f]+»/g, '')))
    expect(shapes.size).toBe(1)
    expect([...shapes][0]).toMatch(
      /^SELECT (name_\w{6})\.\* FROM \1 WHERE \1\.name_\w{6} = '' LIMIT '' OFFSET '' \/\*\*\/$/,
    )

    const count = (report: typeof plain.report, name: string) => report.classes.find(one => one.name === name)?.objects
    expect(count(redacted.report, 'Session')).toBe(3000)
    const copies = (report: typeof plain.report) =>
      report.duplicateStrings.find(one => one.count >= 500 && one.count < 510)
    expect(copies(plain.report)?.value).toBe(`${SECRET} again`)
    expect(copies(redacted.report)).toMatchObject({
      count: copies(plain.report)?.count,
      memsize: copies(plain.report)?.memsize,
    })
    expect(copies(redacted.report)?.value).toMatch(/^«[0-9a-f]{16}»$/)
    // The same suspects for the same reasons, and of the same size except for the hashes.
    const found = ({suspects}: AnalysisReport) =>
      suspects.map(({kind, owner, rule, severity}) => ({kind, owner, rule, severity}))
    expect(plain.report.suspects.length).toBeGreaterThan(0)
    expect(found(redacted.report)).toEqual(found(plain.report))
    for (const [index, {retainedSize}] of plain.report.suspects.entries()) {
      expect(Math.abs(redacted.report.suspects[index].retainedSize / retainedSize - 1)).toBeLessThan(0.01)
    }

    // Each dump has its own salt.
    expect(copies((await dump(true)).report)?.value).not.toBe(copies(redacted.report)?.value)
  })

  it('is plain if the dyno is configured so, and never if that is forbidden', async () => {
    await ruby.stop()
    ruby = await startEnabledRuby({env: {...backstage.env, HEAPDUMP_REDACT: 'none'}})
    expect((await backstage.trigger())[0]).toMatchObject({redacted: false})
    expect((await backstage.trigger({redact: true}))[0]).toMatchObject({redacted: true})
    await ruby.stop()
    ruby = await startEnabledRuby({env: {...backstage.env, HEAPDUMP_REDACT: 'always'}})
    expect(await backstage.trigger({redact: false})).toEqual([
      expect.objectContaining({code: 'must_redact', pid: null, type: 'failed'}),
    ])
    expect((await backstage.trigger())[0]).toMatchObject({redacted: true})
  })
})
