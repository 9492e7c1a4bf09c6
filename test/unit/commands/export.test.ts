import {mkdir, readdir, readFile, stat, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {gunzipSync} from 'node:zlib'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import HeapdumpAnalyze from '../../../src/commands/heapdump/analyze.js'
import HeapdumpExport from '../../../src/commands/heapdump/export.js'
import {printable} from '../../../src/lib/printable.js'
import {openBucket, realDump, storedDump, type TestBucket} from '../../support/bucket.js'
import {readPprof} from '../../support/read-pprof.js'
import {runCommand} from '../../support/run-command.js'
import {parseSnapshot} from '../../support/v8-snapshot.js'

let bucket: TestBucket
let dump: string
let output: string
const run = (...args: string[]) =>
  runCommand(HeapdumpExport, ['--env', bucket.envFile, ...(args.includes('-o') ? [] : ['-o', output]), ...args])
const files = async () => (await readdir(output)).toSorted()

beforeEach(async () => {
  bucket = await openBucket()
  dump = join(bucket.directory, 'heap.json.gz')
  output = join(bucket.directory, 'out')
  await Promise.all([writeFile(dump, realDump), mkdir(output)])
})
afterEach(() => bucket.close())

async function reportOf(name: string) {
  return JSON.parse((await runCommand(HeapdumpAnalyze, [name, '--json', '--top', '0'])).stdout)
}

describe('heapdump:export --format heapsnapshot', () => {
  it('writes a private file, whose classes have the sizes that analyze reports', async () => {
    const {code, stdout} = await run(dump, '--format', 'heapsnapshot')
    expect(code).toBe(0)
    expect(await files()).toEqual(['heap.heapsnapshot'])
    const file = join(output, 'heap.heapsnapshot')
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect(stdout).toMatch(
      /^Wrote \S+heap\.heapsnapshot \([\d.]+ kB\)\.\nString contents are left out\.\nOpen it in Chrome DevTools: /,
    )
    const nodes = parseSnapshot(await readFile(file, 'utf8'))
    const {classes, totals} = await reportOf(dump)
    expect(nodes.filter(({type}) => type !== 'synthetic')).toHaveLength(totals.reachableObjects)
    expect(nodes.reduce((sum, {selfSize}) => sum + selfSize, 0)).toBe(totals.reachableMemsize)
    const hashes = nodes.filter(({name}) => name === 'Hash')
    const row = classes.find(({name}: {name: string}) => name === 'Hash')
    expect(hashes).toHaveLength(row.aliveObjects)
    expect(hashes.reduce((sum, {selfSize}) => sum + selfSize, 0)).toBe(row.aliveMemsize)
  })

  it('names the file by the id of a stored dump', async () => {
    bucket.s3.seed(storedDump('20261124T081200Z-web.1-14-k3f9q2m8x1'))
    const {stdout} = await run('--format', 'heapsnapshot', '--json')
    const {dumps, format} = JSON.parse(stdout)
    expect(format).toBe('heapsnapshot')
    expect(dumps).toMatchObject([{file: expect.stringMatching(/\/out\/d[0-9a-z]{5}\.heapsnapshot$/), truncated: false}])
    const [root] = parseSnapshot(await readFile(dumps[0].file, 'utf8'))
    expect(root.name).toMatch(/^d[0-9a-z]{5} · web\.1 · puma worker 0 · Ruby 3\.3\.6 · v214 · 2026-11-24 08:12 UTC$/)
  })
})

describe('heapdump:export --format pprof', () => {
  it('writes a profile with owners as stacks, whose sums are live memory', async () => {
    const {code} = await run(dump, '--format', 'pprof')
    expect(code).toBe(0)
    const profile = readPprof(await readFile(join(output, 'heap.pb.gz')))
    const {totals} = await reportOf(dump)
    expect(profile).toMatchObject({
      comments: ['heap.json.gz'],
      defaultType: 'shallow',
      types: ['retained bytes', 'shallow bytes', 'objects count'],
    })
    const sumOf = (type: number) => profile.samples.reduce((sum, {values}) => sum + values[type], 0)
    expect([sumOf(1), sumOf(2)]).toEqual([totals.aliveMemsize, totals.aliveObjects])
  })

  it('writes lines of code as stacks, as analyze lists them', async () => {
    await run(dump, '--format', 'pprof', '--by', 'site')
    const {samples} = readPprof(await readFile(join(output, 'heap.pb.gz')))
    const {allocationSites} = await reportOf(dump)
    const rows = allocationSites.filter(({aliveObjects}: {aliveObjects: number}) => aliveObjects > 0)
    expect(rows.length).toBeGreaterThan(10)
    for (const {aliveMemsize, aliveObjects, aliveRetainedSize, file, line} of rows) {
      const place = line === null ? `${file} ${file}:0` : `${file}:${line} ${file}:${line}`
      const found = samples.filter(({stack}) => stack.at(-1) === printable(place))
      expect(
        found.map(({values}) => values),
        place,
      ).toEqual([[aliveRetainedSize, aliveMemsize, aliveObjects]])
    }
  })

  it('knows when a stored dump was taken', async () => {
    bucket.s3.seed(storedDump('20261124T081200Z-web.1-14-k3f9q2m8x1'))
    const {stdout} = await run('--format', 'pprof', '--json')
    const profile = readPprof(await readFile(JSON.parse(stdout).dumps[0].file))
    expect(profile.timeNanos).toBe(BigInt(Date.UTC(2026, 10, 24, 8, 12)) * 1_000_000n)
  })
})

describe('heapdump:export --format folded', () => {
  it('writes one line per stack, with shallow bytes', async () => {
    await run(dump, '--format', 'folded')
    const lines = (await readFile(join(output, 'heap.folded'), 'utf8')).trimEnd().split('\n')
    const {totals} = await reportOf(dump)
    expect(lines.every(line => /^[^;]+(?:;[^;]+)* \d+$/.test(line))).toBe(true)
    expect(lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)).toBe(totals.aliveMemsize)
  })

  it('keeps a name with a semicolon, a newline or an escape in its place', async () => {
    const evil = join(bucket.directory, 'evil.json')
    const name = String.raw`A;B\n\u001b[2J`
    const lines = [
      '{"type":"ROOT", "root":"vm", "references":["0x7f0000010000"]}',
      `{"address":"0x7f0000010000", "type":"CLASS", "name":"${name}", "memsize":100}`,
    ]
    await writeFile(evil, `${lines.join('\n')}\n`)
    await run(evil, '--format', 'folded')
    expect(await readFile(join(output, 'evil.folded'), 'utf8')).toBe(`${String.raw`A:B\n\x1b[2J`};(CLASS) 100\n`)
  })
})

describe('heapdump:export', () => {
  it('writes several dumps into a directory', async () => {
    const other = join(bucket.directory, 'other.json.gz')
    await writeFile(other, realDump)
    expect((await run(dump, other, '--format', 'folded')).code).toBe(0)
    expect(await files()).toEqual(['heap.folded', 'other.folded'])
  })

  it('refuses one file for several dumps, and the same file twice', async () => {
    const other = join(bucket.directory, 'other')
    await mkdir(other)
    await writeFile(join(other, 'heap.json.gz'), realDump)
    const both = [dump, join(other, 'heap.json.gz'), '--format', 'folded', '--json']
    const one = await run(...both, '-o', join(output, 'a.folded'))
    expect(JSON.parse(one.stdout).error).toMatchObject({
      code: 'wrong_use',
      message: expect.stringContaining('need a directory'),
    })
    const twice = await run(...both)
    expect(JSON.parse(twice.stdout).error.message).toMatch(/^Two of the dumps would be written to/)
    expect([one.code, twice.code]).toEqual([2, 2])
    expect(await files()).toEqual([])
  })

  it('does not overwrite a file without --force, and says so before it reads the dump', async () => {
    const file = join(output, 'heap.folded')
    await writeFile(file, 'precious')
    await writeFile(dump, 'not a dump')
    const refused = await run(dump, '--format', 'folded', '--json')
    expect(JSON.parse(refused.stdout).error).toMatchObject({
      code: 'file_exists',
      hint: 'Choose another file with --output, or overwrite it with --force.',
    })
    expect(refused.code).toBe(2)
    await writeFile(dump, realDump)
    expect((await run(dump, '--format', 'folded', '--force')).code).toBe(0)
    expect(await readFile(file, 'utf8')).not.toBe('precious')
  })

  it('marks a dump that is cut short, in the file too', async () => {
    const text = gunzipSync(realDump)
    await writeFile(join(bucket.directory, 'cut.json'), text.subarray(0, text.length * 0.9))
    const snapshot = await run(join(bucket.directory, 'cut.json'), '--format', 'heapsnapshot', '--json')
    expect(JSON.parse(snapshot.stdout).dumps).toMatchObject([{truncated: true}])
    expect(await readFile(join(output, 'cut.heapsnapshot'), 'utf8')).toContain('every number is a lower bound')
    const profile = await run(join(bucket.directory, 'cut.json'), '--format', 'pprof')
    expect(readPprof(await readFile(join(output, 'cut.pb.gz'))).comments.join(' ')).toContain('lower bound')
    expect([snapshot.code, profile.code]).toEqual([3, 3])
  })

  it('shows contents of strings only if asked to', async () => {
    const plain = async (...args: string[]) => {
      await run(dump, '--format', 'heapsnapshot', '--force', ...args)
      const nodes = parseSnapshot(await readFile(join(output, 'heap.heapsnapshot'), 'utf8'))
      return nodes.filter(({type}) => type === 'string').length
    }
    expect(await plain()).toBe(0)
    // Also if the heap is in the cache, which has no contents.
    expect(await plain('--show-values')).toBeGreaterThan(100)
  })
})
