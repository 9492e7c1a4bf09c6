// Where commands that tests run keep what they remember: not the cache of whoever runs the tests. Removed after each test
// file. In a setup file, which runs for each test file even where they share their modules.
import {rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll} from 'vitest'

export const cacheHome = join(tmpdir(), `heapdump-cli-cache-${process.pid}`)

afterAll(() => rmSync(cacheHome, {force: true, recursive: true}))
