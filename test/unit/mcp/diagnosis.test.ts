// A whole diagnosis by an assistant, with the client of the protocol's own SDK.
import {gzipSync} from 'node:zlib'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {type TestBucket, idOf, openBucket, storedDump} from '../../support/bucket.js'
import {heapOf} from '../../support/heaps.js'
import {type McpClient, openMcp, START_MS} from '../../support/mcp-client.js'

const SECRET = 'hunter2-correct-horse'
const OLDER = '20261124T081200Z-web.1-14-k3f9q2m8x1'
const NEWER = '20261124T101200Z-web.1-14-k3f9q2m8x2'
const ids = [OLDER, NEWER].map(stem => idOf(`heapdump/v1/${stem}.json.gz`))
let bucket: TestBucket
let mcp: McpClient
const texts: string[] = []
const call = async (...args: Parameters<McpClient['call']>) => {
  const answer = await mcp.call(...args)
  texts.push(answer.text)
  return answer
}

/** PriceList keeps this many price tags in a Hash, allocated on a line of the app. Every tag has the secret. */
async function leakOf(tags: number): Promise<Buffer> {
  const names = Array.from({length: tags}, (_, at) => `tag${at}`)
  const {text} = await heapOf(`
    ROOT vm > Object
    Object CLASS 500 name=Object > PriceList String Hash
    PriceList CLASS 500 name=PriceList > tags
    String CLASS 500 name=String
    Hash   CLASS 500 name=Hash
    tags HASH:Hash 14376 size=${tags} gen=3 at=/app/lib/price_list.rb:4 > ${names.join(' ')}
    ${names
      .map(
        (name, at) =>
          `${name} STRING:String 4000 bytesize=3900 gen=${4 + Math.floor(at / 40)} at=/app/lib/price_list.rb:12 value="${SECRET}"`,
      )
      .join('\n    ')}`)
  return gzipSync(text)
}

beforeAll(async () => {
  bucket = await openBucket({DATABASE_URL: 'postgres://shop@127.0.0.1:1/shop', HEAPDUMP_SECRET: 'known to operators'})
  const boot = Date.parse('2026-11-24T02:00:00Z') / 1000
  bucket.s3.seed([
    ...storedDump(OLDER, {body: await leakOf(300), facts: {boot}}),
    ...storedDump(NEWER, {body: await leakOf(600), facts: {boot}}),
  ])
  mcp = await openMcp({args: ['--env', bucket.envFile], cwd: bucket.directory})
}, START_MS)
afterAll(async () => {
  await mcp?.close()
  await bucket?.close()
})

describe('an assistant', () => {
  it('sees what each tool does, and which one changes something', async () => {
    const {tools} = await mcp.client.listTools()
    expect(tools.map(({name}) => name)).toEqual([
      'list',
      'status',
      'analyze',
      'explain',
      'diff',
      'trend',
      'query',
      'trigger',
    ])
    const writing = tools.filter(({annotations}) => annotations?.readOnlyHint !== true)
    expect(writing.map(({name}) => name)).toEqual(['trigger'])
    expect(mcp.client.getInstructions()).toContain('Start with list')
    for (const {inputSchema} of tools) expect(inputSchema).toMatchObject({additionalProperties: false})
  })

  it('finds the guilty line: list, analyze, explain, diff', async () => {
    const {document: listed} = await call('list')
    expect(listed).toMatchObject({bucket: 'shop-heapdumps', total: 2})
    expect(listed.dumps.map(({id}: {id: string}) => id)).toEqual(ids.toReversed())
    const [{id}] = listed.dumps

    const {document: report} = await call('analyze', {dump: id})
    const [suspect] = report.suspects
    expect(suspect).toMatchObject({owner: 'PriceList', kind: 'leak'})
    expect(suspect.sites[0]).toEqual({file: 'lib/price_list.rb', line: 12})
    expect(suspect.path.at(-1)).toContain('600 entries')

    const {document: cause} = await call('explain', {dump: id, what: 'lib/price_list.rb:12'})
    expect(cause).toMatchObject({
      kind: 'site',
      instances: {objects: 600, owners: [{objects: 600, owner: 'PriceList (class)'}]},
    })
    const {document: holder} = await call('explain', {dump: id, what: suspect.explain})
    expect(holder).toMatchObject({kind: 'object', type: 'HASH', size: 600})

    const {document: grown} = await call('diff')
    expect(grown.dumps.map(({name}: {name: string}) => name)).toEqual(ids)
    expect(grown.hours).toBe(2)
    expect(grown.suspects[0]).toMatchObject({owner: 'PriceList'})
    expect(grown.growth[0]).toMatchObject({className: 'String', file: 'lib/price_list.rb', line: 12, objects: 300})
    expect((await call('diff', {dumps: ids})).document).toEqual(grown)

    const {document: trend} = await call('trend', {by: 'release'})
    expect(trend.summaries).toMatchObject({missing: 1, read: 1})
    expect((await call('trend')).document.owners[0]).toMatchObject({
      memsizes: [1_214_876, 2_414_876],
      owner: 'PriceList',
    })
  })

  it('sees no contents of strings, whatever it asks for', async () => {
    const {document} = await call('analyze', {section: 'strings'})
    expect(document.strings[0]).toMatchObject({bytes: 3900, count: 600})
    await call('explain', {what: 'String'})
    await call('explain', {what: document.strings[0]?.address ?? '0x7f0000010140'})
    for (const section of ['largest', 'dominators', 'classes', 'collections', 'paths', 'memory'])
      expect((await call('analyze', {section})).isError).toBe(false)
    expect(texts.length).toBeGreaterThan(12)
    for (const text of texts) for (const part of [SECRET, 'hunter2', 'correct-horse']) expect(text).not.toContain(part)
  })

  it('reads a long list page by page', async () => {
    const all = await call('analyze', {section: 'generations', top: 50})
    expect(all.document.nextCursor).toBeUndefined()
    const pages = []
    let cursor: string | undefined
    do {
      const {document} = await call('analyze', {cursor, section: 'generations', top: 4})
      pages.push(...document.generations)
      cursor = document.nextCursor
    } while (cursor !== undefined)
    expect(pages).toEqual(all.document.generations)
    expect(pages.length).toBeGreaterThan(12)
  })

  it('gets errors as a person does, with what to do', async () => {
    const none = await call('analyze', {dump: 'd00000'})
    expect(none).toMatchObject({
      document: {error: {code: 'dump_not_found', hint: expect.stringContaining(`--env ${bucket.envFile}`)}},
      isError: true,
    })
    const unknown = await call('explain', {what: 'PriceLisst'})
    expect(unknown.document.error).toMatchObject({code: 'no_such_class', hint: expect.stringContaining('PriceList')})
    expect((await call('analyze', {cursor: '-1'})).document.error).toMatchObject({code: 'wrong_use'})
    // The names of arguments are checked, too: a misspelled dump would otherwise be the latest.
    expect(await call('analyze', {dumpp: 'd00000'})).toMatchObject({isError: true})
    for (const dump of ['-', '/dev/stdin', '/dev/null'])
      expect((await call('analyze', {dump})).document.error).toMatchObject({code: 'wrong_use'})
    expect(mcp.faults).toEqual([])
  })
})

describe('a dump', () => {
  it('is not taken unless the user has agreed', async () => {
    const {document, isError} = await call('trigger')
    expect(isError).toBe(true)
    expect(document.error).toMatchObject({code: 'not_confirmed', message: 'Confirmation required. Nothing was sent.'})
    expect(document.error.hint).toContain('It goes to s3://shop-heapdumps')
    expect(document.error.hint).toContain('replaced with\nhashes')
    // Nothing listens at its address: the request was about to be sent.
    const agreed = await call('trigger', {confirm: true})
    expect(agreed.document.error).toMatchObject({code: 'database_unreachable'})
  })

  it('is up to the user where the client can ask, not to the assistant', async () => {
    const questions: string[] = []
    const answers = [
      {action: 'decline' as const},
      {action: 'accept' as const, content: {confirm: false}},
      {action: 'accept' as const, content: {confirm: true}},
    ]
    const asking = await openMcp({
      answer(message) {
        questions.push(message)
        return answers[questions.length - 1]
      },
      args: ['--env', bucket.envFile],
      cwd: bucket.directory,
    })
    try {
      const codes = []
      for (let turn = 0; turn < answers.length; turn++)
        codes.push((await asking.call('trigger', {confirm: true, largest: true})).document.error.code)
      expect(codes).toEqual(['not_confirmed', 'not_confirmed', 'database_unreachable'])
      expect(questions[0]).toMatch(/^Only the largest process of web\.1 is dumped\.\n.*\nContinue\?$/s)
    } finally {
      await asking.close()
    }
  })
})
