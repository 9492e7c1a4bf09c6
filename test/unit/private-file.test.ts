import {mkdtemp, readdir, readFile, rm, stat, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {writePrivateFile} from '../../src/lib/private-file.js'

describe('a private file', () => {
  let directory = ''
  const options = {existsHint: 'Elsewhere, please.', overwrite: false}
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'heapdump-private-'))
  })
  afterEach(() => rm(directory, {recursive: true}))

  it('is private, and has its name only when it is complete', async () => {
    const file = join(directory, 'report.html')
    await writePrivateFile(file, options, async handle => {
      await handle.writeFile('half')
      expect(await readdir(directory)).toEqual([`report.html.part-${process.pid}`])
      await handle.writeFile(' and half')
    })
    expect(await readFile(file, 'utf8')).toBe('half and half')
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect(await readdir(directory)).toEqual(['report.html'])
  })

  it('does not overwrite another file unless asked', async () => {
    const file = join(directory, 'report.html')
    await writeFile(file, 'mine')
    await expect(writePrivateFile(file, options, handle => handle.writeFile('yours'))).rejects.toMatchObject({
      code: 'file_exists',
      exit: 2,
      hint: 'Elsewhere, please.',
    })
    expect(await readFile(file, 'utf8')).toBe('mine')
    await writePrivateFile(file, {...options, overwrite: true}, handle => handle.writeFile('yours'))
    expect(await readFile(file, 'utf8')).toBe('yours')
    expect((await stat(file)).mode & 0o777).toBe(0o600)
  })

  it('does not overwrite a file that appeared meanwhile', async () => {
    const file = join(directory, 'report.html')
    const late = writePrivateFile(file, options, async handle => {
      await handle.writeFile('yours')
      await writeFile(file, 'mine')
    })
    await expect(late).rejects.toMatchObject({code: 'file_exists', exit: 2, hint: 'Elsewhere, please.'})
    expect(await readFile(file, 'utf8')).toBe('mine')
    expect(await readdir(directory)).toEqual(['report.html'])
  })

  it('does not delete another file with its temporary name', async () => {
    const other = join(directory, `report.html.part-${process.pid}`)
    await writeFile(other, 'mine')
    const written = writePrivateFile(join(directory, 'report.html'), options, handle => handle.writeFile('yours'))
    await expect(written).rejects.toMatchObject({code: 'not_writable'})
    expect(await readFile(other, 'utf8')).toBe('mine')
  })

  it('leaves nothing behind if writing fails, and names the file', async () => {
    const failing = writePrivateFile(join(directory, 'a'), options, async () => {
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    expect(await readdir(directory)).toEqual([])
    await expect(writePrivateFile(join(directory, 'missing/a'), options, async () => {})).rejects.toMatchObject({
      code: 'not_writable',
    })
  })
})
