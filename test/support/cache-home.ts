// The cache directory of commands run by tests, so that they do not touch the developer's own cache. Removed after each
// test file: this is a setup file, which runs for each test file even if test files share their modules.
import {rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll} from 'vitest'

export const cacheHome = join(tmpdir(), `heapdump-cli-cache-${process.pid}`)

afterAll(() => rmSync(cacheHome, {force: true, recursive: true}))
