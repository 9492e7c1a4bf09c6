import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {type DumpsOfBucket, findDumps} from '../../../src/lib/inputs/named-dump.js'
import {UserError} from '../../../src/lib/errors.js'
import {readCatalogue} from '../../../src/lib/store/dump-key.js'

const keys = [
  'heapdump/v1/20241124T000000Z-web.1-14-aaaaaaaa.json.gz',
  'heapdump/v1/20241125T000000Z-web.1-14-bbbbbbbb.json.gz',
]
const opened: string[] = []
let lists = 0
const bucket: DumpsOfBucket = {
  app: 'shop',
  store: {
    async list() {
      lists++
      return readCatalogue(keys.map(key => ({key, storedBytes: 7})))
    },
    readMemory: async () => null,
    readFacts: async () => null,
    async open({key}) {
      opened.push(key)
      return {
        md5: null,
        storedBytes: 7,
        stream: (async function* () {
          yield Buffer.from(key)
        })(),
      }
    },
  },
  target: ['--app', 'shop'],
}
const openBucket = async () => bucket

async function* nothing(): AsyncGenerator<Uint8Array> {}

describe('dumps named by arguments', () => {
  let directory = ''
  let file = ''
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'heapdump-argument-'))
    file = join(directory, 'heap.json')
    await writeFile(file, '{}')
  })
  afterAll(() => rm(directory, {recursive: true}))

  it('are files, stdin and objects in the bucket, in order, and each object is opened on its first read', async () => {
    const [newest] = await bucket.store.list()
    lists = 0
    const dumps = await findDumps([newest.id, file, keys[0], '-', 'latest'], nothing(), openBucket)
    expect(dumps.map(({name, target, source}) => [name, target, source])).toEqual([
      [newest.id, ['--app', 'shop'], keys[1]],
      [file, [], file],
      [dumps[2].name, ['--app', 'shop'], keys[0]],
      ['-', [], '-'],
      [newest.id, ['--app', 'shop'], keys[1]],
    ])
    expect(dumps[0].title).toMatch(/^d\w{5} · ⬢ shop web\.1 · \d+ days ago$/)
    expect(lists).toBe(1)
    expect(opened).toEqual([])
    const {bytes} = dumps[2]
    if (!('chunks' in bytes)) throw new Error('a stored dump is no file')
    for await (const chunk of bytes.chunks) expect(String(chunk)).toBe(keys[0])
    expect(opened).toEqual([keys[0]])
  })

  it('need no configuration if all are local', async () => {
    const refuse = () => Promise.reject(new Error('asked for the bucket'))
    await expect(findDumps([file, '-'], nothing(), refuse)).resolves.toHaveLength(2)
  })

  it('are named in the error if unknown', async () => {
    await expect(findDumps([file, 'dzzzzz'], nothing(), openBucket)).rejects.toMatchObject({
      code: 'dump_not_found',
      message: expect.stringContaining('dzzzzz'),
    })
    const noApp = () =>
      Promise.reject(new UserError('No app given.', {code: 'no_app', exit: 2, hint: 'Use --app NAME'}))
    await expect(findDumps(['heap.jsn'], nothing(), noApp)).rejects.toMatchObject({
      code: 'no_app',
      exit: 2,
      hint: 'Use --app NAME',
      message: expect.stringContaining('heap.jsn'),
    })
  })
})
