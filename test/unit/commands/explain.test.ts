// heapdump:explain, and the sections and filters of heapdump:analyze, on a real dump.
import {fileURLToPath} from 'node:url'
import {describe, expect, it} from 'vitest'
import HeapdumpAnalyze from '../../../src/commands/heapdump/analyze.js'
import HeapdumpExplain from '../../../src/commands/heapdump/explain.js'
import type {Explanation} from '../../../src/lib/analysis/explain/explain.js'
import {SECTIONS} from '../../../src/lib/analysis/report/sections.js'
import {openBucket, storedDump} from '../../support/bucket.js'
import {runCommand} from '../../support/run-command.js'

const dump = fileURLToPath(new URL('../../fixtures/dumps/ruby-3.4-traced.json.gz', import.meta.url))

const explained = async (what: string, ...args: string[]) => {
  const {code, stdout} = await runCommand(HeapdumpExplain, [dump, what, '--json', ...args])
  return {code, ...(JSON.parse(stdout) as Explanation & {error: {code: string; hint: string}})}
}

describe('heapdump:explain', () => {
  it('explains a class, and one of its objects by address', async () => {
    const hashes = await explained('Hash')
    if (hashes.kind !== 'class') throw new Error(hashes.kind)
    const [largest] = hashes.instances.largest
    const object = await explained(largest.address)
    expect(object).toMatchObject({
      address: largest.address,
      code: 0,
      kind: 'object',
      retainedSize: largest.retainedSize,
      type: 'HASH',
    })
  })

  it('draws the explanation, and proposes a command', async () => {
    const {stdout, code} = await runCommand(HeapdumpExplain, [dump, 'Hash'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^=== Hash: [\d,]+ instances/)
    expect(stdout).toMatch(/^ Alive mostly because .* holds [\d,]+ of the [\d,]+\./m)
    // A long file name wraps.
    expect(stdout.replaceAll(/(?:\\\n|\s)+/g, ' ')).toMatch(/Next: heroku heapdump:explain \S+ 0x[0-9a-f]+/)
  })

  it('uses the latest dump by default', async () => {
    const bucket = await openBucket()
    bucket.s3.seed(storedDump('20261124T081200Z-web.1-14-k3f9q2m8x1'))
    const {code, stdout} = await runCommand(HeapdumpExplain, ['Hash', '--env', bucket.envFile, '--json'])
    await bucket.close()
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({kind: 'class', name: 'Hash'})
  })

  it.each(['latest', 'd7k2mq', dump])('rejects %s without an object to explain', async name => {
    const {code, stderr} = await runCommand(HeapdumpExplain, [name])
    expect(code).toBe(2)
    expect(stderr).toContain(`Nothing to explain in ${name}.`)
  })

  it('asks for what to explain, not for a dump', async () => {
    const {code, stdout} = await runCommand(HeapdumpExplain, ['--json'])
    expect(code).toBe(2)
    expect(JSON.parse(stdout).error).toMatchObject({code: 'wrong_use', hint: expect.stringContaining('a class')})
  })

  it.each([
    ['0xdeadbeef', 'no_such_object', 'one dump only'],
    ['Strin', 'no_such_class', 'String'],
    ['nowhere.rb:1', 'no_such_site', ''],
  ])('says that %s does not exist', async (what, code, hint) => {
    const {error, code: exit} = await explained(what)
    expect({code: error.code, exit}).toEqual({code, exit: 1})
    expect(error.hint).toContain(hint)
  })

  it('shows string contents only on request', async () => {
    const strings = await explained('String', '--top', '0')
    if (strings.kind !== 'class') throw new Error(strings.kind)
    const {stdout} = await runCommand(HeapdumpAnalyze, [dump, '--json', '--top', '1'])
    const [{value}] = (JSON.parse(stdout) as {duplicateStrings: ReadonlyArray<{value: string}>}).duplicateStrings
    expect(value.length).toBeGreaterThan(3)
    expect(JSON.stringify(strings)).not.toContain(JSON.stringify(value))
    const {stdout: sites} = await runCommand(HeapdumpExplain, [
      dump,
      strings.instances.largest[0].address,
      '--show-values',
      '--json',
    ])
    expect(JSON.parse(sites)).toHaveProperty('value')
  })
})

describe('heapdump:analyze', () => {
  it.each(SECTIONS)('--section %s', async section => {
    const {stdout, code} = await runCommand(HeapdumpAnalyze, [dump, '--section', section, '--top', '3'])
    expect(code).toBe(0)
    expect(stdout.split('\n').length).toBeGreaterThan(5)
    expect(stdout).toContain('Next: heroku heapdump:')
  })

  it('--class and --site limit the tables', async () => {
    const {stdout} = await runCommand(HeapdumpAnalyze, [dump, '--class', 'Hash', '--json'])
    const report = JSON.parse(stdout) as {
      classes: ReadonlyArray<{name: string; objects: number}>
      selection: {objects: number}
      totals: {objects: number}
    }
    expect(report.classes).toHaveLength(1)
    expect(report.selection.objects).toBe(report.classes[0].objects)
    expect(report.totals.objects).toBeGreaterThan(report.selection.objects)
  })

  it('rejects wrong sections, classes and lines', async () => {
    expect((await runCommand(HeapdumpAnalyze, [dump, '--section', 'everything'])).code).toBe(2)
    expect((await runCommand(HeapdumpAnalyze, [dump, '--section', 'sites,everything'])).code).toBe(2)
    const {stdout, code} = await runCommand(HeapdumpAnalyze, [dump, '--class', 'Strin', '--json'])
    expect({code, error: JSON.parse(stdout).error.code}).toEqual({code: 1, error: 'no_such_class'})
  })

  it('shows several sections together', async () => {
    const {code, stdout} = await runCommand(HeapdumpAnalyze, [dump, '--section', 'gems,sites', '--section', 'threads'])
    expect(code).toBe(0)
    const at = ['App and gems', 'Allocation sites', 'Threads and fibers'].map(heading => stdout.indexOf(heading))
    expect(at.every((place, index) => place > (at[index - 1] ?? 0))).toBe(true)
    expect(stdout.match(/^===/gm)).toHaveLength(1)
    expect(stdout.match(/Next:/g)).toHaveLength(1)
  })
})
