// What is no file has no identity, and asking for one takes nothing of it.
import {execFileSync} from 'node:child_process'
import {createReadStream, createWriteStream, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {text} from 'node:stream/consumers'
import {afterAll, expect, it} from 'vitest'
import {fileIdentity} from '../../../src/lib/cache/dump-identity.js'

const directory = mkdtempSync(join(tmpdir(), 'heapdump-identity-'))
afterAll(() => rmSync(directory, {recursive: true}))

it('a pipe is not opened: who writes into it waits for who reads the dump', async () => {
  const pipe = join(directory, 'pipe')
  execFileSync('mkfifo', [pipe])
  expect(await fileIdentity(pipe)).toBeNull()
  createWriteStream(pipe).end('a dump')
  expect(await text(createReadStream(pipe))).toBe('a dump')
})

it('a file has one, that changes with it; a directory and what is not there have none', async () => {
  const file = join(directory, 'dump.json')
  writeFileSync(file, 'a dump')
  const first = await fileIdentity(file)
  expect(first).toMatch(/^file /)
  expect(await fileIdentity(file)).toBe(first)
  writeFileSync(file, 'another')
  expect(await fileIdentity(file)).not.toBe(first)
  expect([await fileIdentity(directory), await fileIdentity(join(directory, 'none'))]).toEqual([null, null])
})
