// Any input gets an answer: what can be read is read, what cannot is counted and reported.
import {mkdtemp, rm} from 'node:fs/promises'
import {createServer} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {describe, expect, it, vi} from 'vitest'
import {FileChunks} from '../../../src/lib/dump/chunks.js'
import {LineReader} from '../../../src/lib/dump/line-reader.js'
import {explainReadError} from '../../../src/lib/dump/local-dump.js'
import {PrettyRecord} from '../../../src/lib/dump/pretty-record.js'
import {readHeap} from '../../../src/lib/dump/read-heap.js'
import {LONGEST_TEXT, MOST_TEXTS, TextTable} from '../../../src/lib/heap/text-table.js'
import {SiteTable} from '../../../src/lib/heap/site-table.js'
import {damageInWords} from '../../../src/lib/render/damage.js'
import {dumpOf, read, reportOf} from '../../support/dump-text.js'

const address = (number: number) => `0x${(0x7f0000000000 + number * 40).toString(16)}`
const object = (number: number, more: object = {}) => ({address: address(number), type: 'OBJECT', memsize: 40, ...more})
const whole = dumpOf(
  {references: [address(0)], root: 'vm', type: 'ROOT'},
  object(0, {references: [address(1)]}),
  object(1, {references: [address(2)]}),
  object(2),
)

const said = async (dump: string) => damageInWords(reportOf(await read(dump)).dump).map(({text}) => text)

describe('a long line', () => {
  it('that is damaged is salvaged or counted, and loses no other line', async () => {
    const value = 'x\\"'.repeat(6_000_000)
    const record = `{"address":"${address(7)}", "type":"STRING", "bytesize":9, "value":"${value}", "memsize":77`
    const cut = await read(`${whole}${record}}}\n${dumpOf(object(9))}`)
    expect({malformed: cut.malformedLines, objects: cut.heap.count, recovered: cut.recoveredLines}).toEqual({
      malformed: 1,
      objects: 5,
      recovered: 1,
    })
    expect(cut.heap.memsize(3)).toBe(77)
  }, 30_000)

  it.each([
    ['beyond 512 MB', Number.POSITIVE_INFINITY],
    ['a few bytes longer than a string can be', (1 << 29) - 8],
  ])(
    '%s is what is said to be wrong',
    async (_, length) => {
      const part = Buffer.alloc(1 << 20, 'a')
      async function* long(): AsyncGenerator<Uint8Array> {
        yield Buffer.from(whole)
        for (let left = length; left > 0; left -= part.length) yield part.subarray(0, Math.min(left, part.length))
        yield Buffer.from('\n')
      }

      await expect(readHeap(long())).rejects.toMatchObject({
        code: 'line_too_long',
        message: expect.stringContaining('longer than 537 MB'),
      })
    },
    60_000,
  )
})

it('if a line makes its reader fail, only that line is lost', async () => {
  const spy = vi.spyOn(PrettyRecord, 'isStart').mockImplementation(() => {
    throw new RangeError('Maximum call stack size exceeded')
  })
  try {
    const {heap, malformedLines} = await read(`${whole}{"type":"ODD", "address":"${address(7)}\n${dumpOf(object(9))}`)
    expect(spy).toHaveBeenCalledOnce()
    expect({malformedLines, objects: heap.count}).toEqual({malformedLines: 1, objects: 4})
  } finally {
    spy.mockRestore()
  }
})

it.each([
  ['an address of 17 digits', {address: '0x11111111111111111'}],
  ['an address in capitals', {address: '0x7F0000000118'}],
  ['no address at all', {address: '$(touch pwned)'}],
  ['an address in decimal', {address: '139637976727552'}],
  ['an escape for an address', {address: '0x7f\u001b[31m'}],
  ['an invalid class', {class: '--env'}],
  ['an invalid superclass', {superclass: 'x', type: 'CLASS'}],
  ['a memsize beyond any memory', {memsize: 2 ** 47}],
  ['a negative memsize', {memsize: -1}],
  ['half a byte', {memsize: 1.5}],
  ['1e18 bytes', {memsize: 1e18}],
])('%s is malformed, and lost', async (_, change) => {
  const {heap, malformedLines, recoveredLines} = await read(
    whole + dumpOf({...object(7), ...change}) + dumpOf(object(9)),
  )
  expect({malformedLines, objects: heap.count, recoveredLines}).toEqual({
    malformedLines: 1,
    objects: 4,
    recoveredLines: 0,
  })
})

it.each([
  ['line', -1],
  ['generation', 2 ** 47],
  ['bytesize', -5],
  ['shape_id', 1e18],
  ['slot_size', -40],
  ['references', ['0xg', '--env']],
])('a %s of %j is malformed, and the record is read without it', async (name, value) => {
  const line = dumpOf(object(7, {file: '/a.rb', [name]: value}))
  const {heap, malformedLines, recoveredLines} = await read(whole + line + dumpOf(object(9)))
  expect({malformedLines, objects: heap.count, recoveredLines}).toEqual({
    malformedLines: 1,
    objects: 5,
    recoveredLines: 1,
  })
})

it('a number that JSON parses as infinite is malformed', async () => {
  const result = await read(whole + dumpOf(object(7)).replace('"memsize":40', '"memsize":1e999'))
  expect({malformed: result.malformedLines, total: reportOf(result).totals.memsize}).toEqual({malformed: 1, total: 120})
})

it('a file descriptor of -1 is a closed file', async () => {
  expect(await read(whole + dumpOf({address: address(7), fd: -1, memsize: 40, type: 'FILE'}))).toMatchObject({
    malformedLines: 0,
  })
})

describe('too many names', () => {
  it('of types and roots are grouped and reported', async () => {
    const types = Array.from({length: 300}, (_, at) => object(at + 10, {type: `T${at}`}))
    const roots = Array.from({length: 300}, (_, at) => ({references: [address(at + 10)], root: `r${at}`, type: 'ROOT'}))
    const result = await read(dumpOf(...roots, ...types))
    const report = reportOf(result)
    expect(result.folded).toEqual(['types', 'roots'])
    expect(report.types.find(row => row.type === '(other)')).toMatchObject({objects: 300 - 234})
    expect(report.types.find(row => row.type === 'T233')).toMatchObject({objects: 1})
    expect(await said(dumpOf(...roots, ...types))).toEqual([
      'Too many types and roots, or too long ones: the rest is counted as (other).',
    ])
  })

  it('of roots fit into memory, even in a dump with little else', async () => {
    const roots = Array.from({length: 60_000}, (_, at) => ({references: [address(0)], root: `r${at}`, type: 'ROOT'}))
    expect(reportOf(await read(dumpOf(...roots) + whole)).totals).toMatchObject({objects: 3, reachableObjects: 3})
  })

  it('of excessive length are grouped and reported', async () => {
    const long = (text: string) => text + '漢'.repeat(LONGEST_TEXT)
    const records = ['a', 'b'].map((text, at) => [
      object(at + 10, {
        class: address(at + 20),
        file: `/gems/${'-1'.repeat(1 << 20)}${text}`,
        line: 1,
        method: long(text),
      }),
      object(at + 20, {name: long(text), type: 'CLASS'}),
      object(at + 30, {type: long(text)}),
    ])
    const roots = ['a', 'b'].map(text => ({references: [address(0)], root: long(text), type: 'ROOT'}))
    const dump = dumpOf(...roots, ...records.flat()) + whole
    const report = reportOf(await read(dump))
    expect(await said(dump)).toEqual([
      'Too many types, roots, class names and allocation sites, or too long ones: the rest is counted as (other).',
    ])
    expect(report.classes.find(({name}) => name === '(other)')).toMatchObject({objects: 2})
    expect(report.types.find(({type}) => type === '(other)')).toMatchObject({objects: 2})
    expect(report.allocationSites).toMatchObject([{file: '(other)', line: 1, objects: 2}])
  }, 20_000)

  it('of texts and sites are grouped', () => {
    const table = new TextTable()
    const sites = new SiteTable()
    for (let at = 0; at < MOST_TEXTS; at++) {
      table.idOfText(`/app/${at}.rb`)
      sites.idOf(0, at)
    }

    expect([table.isFull, sites.isFull]).toEqual([false, false])
    const other = table.idOfText('/app/one-more.rb')
    expect([table.text(other), table.idOfText('/app/and-more.rb'), table.text(table.idOfText('/app/7.rb'))]).toEqual([
      '(other)',
      other,
      '/app/7.rb',
    ])
    expect([sites.file(sites.idOf(1, 1)), sites.line(sites.idOf(1, 1)), sites.idOf(1, 2)]).toEqual([
      '(other)',
      null,
      sites.idOf(1, 1),
    ])
    expect([table.isFull, sites.isFull]).toEqual([true, true])
    const long = new TextTable()
    for (let at = 0; at < 17_000; at++) long.idOfText(`${at}`.padEnd(LONGEST_TEXT, 'y'))
    expect([long.isFull, long.text(long.size - 1)]).toEqual([true, '(other)'])
  })
})

describe('a repeated address', () => {
  it.each([
    ['the same dump twice', whole + whole, 3],
    ['one record twice', whole + dumpOf(object(1)), 1],
    [
      'an unaligned address twice',
      whole + dumpOf(object(0, {address: '0x7f0000000003'}), object(0, {address: '0x7f0000000003'})),
      1,
    ],
    ['objects out of order', dumpOf(object(9), object(3), object(5)), 0],
  ])('of %s is counted and reported', async (_, dump, repeated) => {
    expect((await read(dump)).repeatedObjects).toBe(repeated)
    expect((await said(dump)).join()).toMatch(
      repeated === 0
        ? /^$/
        : repeated === 1
          ? /^1 object repeats an address and is counted twice/
          : /^3 objects repeat an address and are counted twice: does the file hold more than one dump\?/,
    )
  })

  it('is counted in a dump without any order', async () => {
    const shuffled = Array.from({length: 30_000}, (_, at) => object((at * 7919) % 30_000))
    expect((await read(dumpOf(...shuffled))).repeatedObjects).toBe(0)
    expect((await read(dumpOf(...shuffled, ...shuffled.slice(0, 100)))).repeatedObjects).toBe(100)
  })
})

it('blank lines cost no more than their bytes: none of them reaches the line reader', async () => {
  const lines = vi.spyOn(LineReader.prototype, 'read')
  try {
    const {heap, malformedLines, bytes} = await read(
      `${whole}${'\n'.repeat(1 << 20)}${' \t\r\n'.repeat(1 << 16)}${dumpOf(object(9))}[\n${'\n'.repeat(1 << 20)}`,
    )
    expect({malformedLines, objects: heap.count}).toEqual({malformedLines: 1, objects: 4})
    expect(bytes).toBeGreaterThan(1 << 21)
    expect(lines.mock.calls.length).toBeLessThan(10)
  } finally {
    lines.mockRestore()
  }
})

it('a pretty-printed record that never ends is given up', async () => {
  const {heap, malformedLines} = await read(`${whole}{\n${'  "a":1,\n'.repeat((1 << 22) + 10)}${dumpOf(object(9))}`)
  expect(heap.count).toBe(4)
  expect(malformedLines).toBeGreaterThan(1 << 22)
}, 60_000)

describe('a file that cannot be read', () => {
  it('has an error in words: a directory, a socket, a missing file, no permission', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'heapdump-files-'))
    const socket = join(directory, 'socket')
    const server = createServer().listen(socket)
    try {
      await vi.waitFor(() => expect(server.listening).toBe(true))
      const failure = (path: string) =>
        readHeap(new FileChunks(path)).then(
          () => null,
          (error: unknown) => error,
        )
      expect(await failure(directory)).toMatchObject({
        code: 'not_readable',
        exit: 1,
        message: `Cannot read ${directory}: it is a directory.`,
      })
      expect(await failure(socket)).toMatchObject({
        code: 'not_readable',
        message: `Cannot read ${socket}: it is a socket or a missing device.`,
      })
      expect(await failure(join(directory, 'none'))).toMatchObject({
        code: 'not_readable',
        message: expect.stringContaining('no such file'),
      })
      const denied = Object.assign(new Error('EACCES: permission denied'), {code: 'EACCES', errno: -13, path: socket})
      expect(explainReadError(socket, denied)).toMatchObject({
        code: 'not_readable',
        message: `Cannot read ${socket}: permission denied.`,
      })
      expect(explainReadError(socket, new Error('a bug'))).toMatchObject({message: 'a bug'})
    } finally {
      server.close()
      await rm(directory, {recursive: true})
    }
  })
})
