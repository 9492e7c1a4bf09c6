// Only a regular file has an identity, and asking for it does not consume a pipe.
import {execFileSync} from 'node:child_process'
import {createReadStream, createWriteStream, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {text} from 'node:stream/consumers'
import {afterAll, expect, it} from 'vitest'
import {fileIdentity} from '../../../src/lib/cache/dump-identity.js'

const directory = mkdtempSync(join(tmpdir(), 'heapdump-identity-'))
afterAll(() => rmSync(directory, {recursive: true}))

it('does not open a pipe, whose writer waits for the reader of the dump', async () => {
  const pipe = join(directory, 'pipe')
  execFileSync('mkfifo', [pipe])
  expect(await fileIdentity(pipe)).toBeNull()
  createWriteStream(pipe).end('a dump')
  expect(await text(createReadStream(pipe))).toBe('a dump')
})

it('changes with the file; a directory and a missing file have none', async () => {
  const file = join(directory, 'dump.json')
  writeFileSync(file, 'a dump')
  const first = await fileIdentity(file)
  expect(first).toMatch(/^file /)
  expect(await fileIdentity(file)).toBe(first)
  writeFileSync(file, 'another')
  expect(await fileIdentity(file)).not.toBe(first)
  expect([await fileIdentity(directory), await fileIdentity(join(directory, 'none'))]).toEqual([null, null])
})
