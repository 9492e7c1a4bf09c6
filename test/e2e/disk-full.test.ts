// The disk fills up while a dump is downloaded.
import {readdir} from 'node:fs/promises'
import {join} from 'node:path'
import {execFile} from 'node:child_process'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {type TestBucket, openBucket, realDump, storedDump} from '../support/bucket.js'
import {program} from '../support/run-plugin.js'

let bucket: TestBucket
beforeEach(async () => {
  bucket = await openBucket()
  bucket.s3.seed(storedDump('20261124T081200Z-web.1-14-k3f9q2m8x1'))
})
afterEach(() => bucket.close())

describe('heapdump:download', () => {
  it('says that the disk is full, and leaves nothing behind', async () => {
    // A limit on the file size fails a write like a full disk, and does not need permission to mount one.
    const kilobytes = Math.floor(realDump.length / 2048)
    const args = ['heapdump:download', '--env', bucket.envFile, '-o', join(bucket.directory, 'heap.json.gz'), '--json']
    const {code, stdout} = await new Promise<{code: number; stdout: string}>(resolve => {
      execFile(
        'bash',
        ['-c', `trap '' XFSZ; ulimit -f ${kilobytes}; exec "$@"`, 'limited', process.execPath, program, ...args],
        (error, text) => resolve({code: Number(error?.code ?? 0), stdout: text}),
      )
    })
    expect(JSON.parse(stdout)).toMatchObject({
      error: {
        code: 'disk_full',
        hint: expect.stringMatching(/^To analyze the dump without saving it: \S+ heapdump:analyze --env \S+$/),
      },
    })
    expect(code).toBe(1)
    expect(await readdir(bucket.directory)).toEqual(['.env'])
  })
})
