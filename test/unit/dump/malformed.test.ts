// Lines that are not JSON: texts that Ruby prints unescaped, and overwritten bytes.
import {describe, expect, it} from 'vitest'
import {className} from '../../../src/lib/analysis/objects/class-names.js'
import {read, reportOf} from '../../support/dump-text.js'

const before =
  '{"address":"0x7f0000000028", "type":"STRING", "class":"0x7f0000000050", "bytesize":1, "value":"a", "memsize":40, "flags":{}}\n'
const after =
  '{"address":"0x7f0000000050", "type":"CLASS", "name":"String", "memsize":500, "flags":{"wb_protected":true}}\n'
const head =
  '{"address":"0x7f0000000078", "type":"STRING", "class":"0x7f0000000050", "references":["0x7f0000000050"], "file":"'
const tail = '", "line":7, "method":"dup", "generation":3, "memsize":41, "flags":{"wb_protected":true}}\n'

const readBetween = (line: string | Uint8Array) =>
  read(Buffer.concat([Buffer.from(before), Buffer.from(line), Buffer.from(after)]))

describe('a bracket', () => {
  const pretty = (text: string) => `${JSON.stringify(JSON.parse(text), null, 2)}\n`
  it.each([
    ['that does not open an array', `[\n${before}${after}`, 1],
    ['that does not close an array', `${before}]\n${after}`, 1],
    ['at the end', `${before}${after}[\n`, 1],
    ['at the end, without a line break', `${before}${after}]`, 1],
    ['two that open one array', `[\n[\n${pretty(before)}]\n${after}`, 1],
    ['two that close one array', `[\n${pretty(before)}]\n]\n${after}`, 1],
    ['of two arrays', `[\n${pretty(before)}]\n[\n${pretty(after)}]`, 0],
    ['of an array, and empty lines', `\n[\n\n${pretty(before)}\n]\n\n${after}`, 0],
  ])('%s is counted correctly', async (_, text, malformed) => {
    const {heap, malformedLines, recoveredLines, truncated} = await read(text)
    expect({malformedLines, objects: heap.count, recoveredLines, truncated}).toEqual({
      malformedLines: malformed,
      objects: 2,
      recoveredLines: 0,
      truncated: false,
    })
  })
})

it('brackets of an array of records, one per line, do not count as repaired lines', async () => {
  const {heap, malformedLines, recoveredLines} = await read(`[\n${before.trim()},\n${after}]`)
  expect({malformedLines, objects: heap.count, recoveredLines}).toEqual({
    malformedLines: 1,
    objects: 2,
    recoveredLines: 1,
  })
})

describe('a path', () => {
  it.each([
    ['quotes and backslashes', '(eval "odd" \\ path)', 1],
    ['a backslash at its end', 'C:\\', 1],
    ['an escape that JSON does not have', '/app/\\x41.rb', 1],
    ['a line break', 'line 1\nline 2.erb', 2],
    ['an empty line', 'one\n\nthree', 3],
    ['a line that looks like the start of a record', 'one\n{"address":', 2],
    ['a tab and a bell', 'a\tb\u0007', 1],
    ['the members that follow a path', 'x", "line":1, "generation":1', 1],
    ['a brace at the end of a line', 'a}\nb', 2],
    ['only a quote', '"', 1],
    ['4,095 bytes', '"'.repeat(4095), 1],
  ])('with %s is read whole', async (_, path, lines) => {
    const result = await readBetween(head + path + tail)
    const {heap, malformedLines, recoveredLines, truncated} = result
    expect({malformedLines, recoveredLines, truncated}).toEqual({
      malformedLines: lines,
      recoveredLines: lines,
      truncated: false,
    })
    expect(heap.count).toBe(3)
    expect(reportOf(result).allocationSites).toMatchObject([
      {file: path, line: 7, memsize: 41, objects: 1, references: 1},
    ])
  })

  it('with invalid UTF-8 loses only these bytes', async () => {
    const line = Buffer.concat([
      Buffer.from(`${head}/app/`),
      Buffer.from([0xff, 0xfe, 0x80]),
      Buffer.from(`.rb${tail}`),
    ])
    expect(reportOf(await readBetween(line)).allocationSites).toMatchObject([
      {file: '/app/\uFFFD\uFFFD\uFFFD.rb', memsize: 41},
    ])
  })

  it('without a line number is a site without one', async () => {
    const result = await readBetween(`${head}/lib/x.so", "generation":3, "memsize":41, "flags":{}}\n`)
    expect(reportOf(result).allocationSites).toMatchObject([{file: '/lib/x.so', line: null}])
  })
})

describe('a name', () => {
  it.each(['fake "quoted" <name>', 'back\\slash', 'two\nlines'])('printed unescaped is read: %j', async name => {
    const {heap} = await readBetween(
      `{"address":"0x7f0000000078", "type":"CLASS", "class":"0x7f0000000050", "name":"${name}", "references":["0x7f0000000050"], "memsize":1}\n` +
        '{"address":"0x7f00000000a0", "type":"OBJECT", "class":"0x7f0000000078", "ivars":0, "memsize":40, "flags":{}}\n',
    )
    expect(heap.count).toBe(4)
    expect(className(heap, heap.find('0x7f00000000a0'))).toBe(name)
  })

  it('of a method with a corrupted byte loses only that byte', async () => {
    const bytes = Buffer.from(head + '/app/a.rb' + tail.replace('dup', 'd?p'))
    bytes[bytes.indexOf('d?p') + 1] = 0xc3
    const {heap, malformedLines} = await readBetween(bytes)
    expect(malformedLines).toBe(0)
    expect(heap.tables.siteTable.method(0)).toBe('d\uFFFDp')
  })
})

describe('damage', () => {
  const damaged = async (line: string) => {
    const {heap, malformedLines, recoveredLines, truncated} = await readBetween(`${line}\n`)
    return {malformedLines, objects: heap.count, recoveredLines, truncated}
  }

  it('of a member that is not stored is recovered', async () => {
    const line = (head + '/a.rb' + tail).trimEnd()
    expect(await damaged(line.replace('wb_protected', '\u0001'))).toEqual({
      malformedLines: 1,
      objects: 3,
      recoveredLines: 1,
      truncated: false,
    })
  })

  it('that leaves neither address nor size is counted and reported', async () => {
    expect(await damaged('garbage')).toEqual({malformedLines: 1, objects: 2, recoveredLines: 0, truncated: false})
    expect(await damaged('{"address":"0x7f00')).toEqual({
      malformedLines: 1,
      objects: 2,
      recoveredLines: 0,
      truncated: false,
    })
    expect(await damaged('[1, 2]')).toEqual({malformedLines: 1, objects: 2, recoveredLines: 0, truncated: false})
    expect(await damaged('null')).toEqual({malformedLines: 1, objects: 2, recoveredLines: 0, truncated: false})
    expect(await damaged('{"note":"no record"}')).toEqual({
      malformedLines: 1,
      objects: 2,
      recoveredLines: 0,
      truncated: false,
    })
  })

  it('of a line break leaves both records', async () => {
    const {heap, malformedLines, recoveredLines} = await read(`${before.trimEnd()}${after}`)
    expect({malformedLines, objects: heap.count, recoveredLines}).toEqual({
      malformedLines: 1,
      objects: 2,
      recoveredLines: 1,
    })
    const other = await read(`${before.trimEnd()}?${after}`)
    expect(other.heap.count).toBe(2)
  })

  it('of a record’s first brace is recovered', async () => {
    expect(await damaged(`[${(head + '/a.rb' + tail).trimEnd().slice(1)}`)).toMatchObject({
      malformedLines: 1,
      objects: 3,
      recoveredLines: 1,
    })
  })
})
