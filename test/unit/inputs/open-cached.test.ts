// What is cached of a dump depends on the records beside it: one that comes later, or could not be fetched, still counts.
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, it} from 'vitest'
import {findDumps} from '../../../src/lib/inputs/named-dump.js'
import {askCached, openCaches} from '../../../src/lib/inputs/open-cached.js'
import {ignoreProgress} from '../../../src/lib/progress.js'
import {heapOf} from '../../support/heaps.js'
import {glibcRecord, mapsOf} from '../../support/memory-records.js'

let directory: string
let file: string
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'heapdump-open-'))
  file = join(directory, 'heap.json')
  const {text} = await heapOf(`
    ROOT vm > Object
    Object CLASS 540 name=Object`)
  writeFileSync(file, text)
})
afterEach(() => rmSync(directory, {recursive: true}))

const RECORD = {maps: mapsOf('7f0000010000 2048 rw-p rss=2048'), v: 1}
const recordedBytes = async (changes: Partial<Awaited<ReturnType<typeof findDumps>>[0]> = {}) => {
  const [dump] = await findDumps([file], process.stdin, () => Promise.reject(new Error('no bucket')))
  const caches = await openCaches({cacheDir: directory})
  const reading = {caches, onProgress: ignoreProgress}
  const {answer, kept} = await askCached({...dump, ...changes}, 'report', {masked: true, paths: false, top: 1}, reading)
  await kept
  return answer.process?.rssBytes ?? null
}

it('finds a memory record that was put beside the dump after its first analysis', async () => {
  expect(await recordedBytes()).toBeNull()
  writeFileSync(join(directory, 'heap.memory.json'), JSON.stringify(RECORD))
  expect(await recordedBytes()).toBe(2048 * 1024)
})

it('keeps nothing of an analysis without a record that could not be fetched', async () => {
  expect(await recordedBytes({memory: () => Promise.reject(new Error('connection reset'))})).toBeNull()
  expect(await recordedBytes({memory: async () => glibcRecord(RECORD)})).toBe(2048 * 1024)
  expect(await recordedBytes({memory: () => Promise.reject(new Error('connection reset'))})).toBe(2048 * 1024)
})
