// What the agent recorded beside a dump is fetched while the dump is read, so that it costs no time.
import {expect, it} from 'vitest'
import {openAnalysis} from '../../../src/lib/analysis/session/open-analysis.js'
import {glibcRecord} from '../../support/memory-records.js'

it('does not delay the dump, and is there for its questions', async () => {
  let setRead = (): void => {}
  const read = new Promise<void>(resolve => {
    setRead = resolve
  })
  async function* chunks(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('{"root":"vm", "type":"ROOT", "references":["0x7f0000010000"]}\n')
    yield Buffer.from('{"address":"0x7f0000010000", "type":"STRING", "memsize":40}\n')
    setRead()
  }

  const analysis = await openAnalysis([
    {
      bytes: {chunks: chunks()},
      // A fetch before the dump would wait forever.
      history: () => read.then(() => null),
      memory: () => read.then(() => glibcRecord()),
      source: '-',
      storedBytes: null,
    },
  ])
  expect((await analysis.ask('report', {top: 5})).process?.rssBytes).toBe(69_894_144)
  await analysis.close()
})

it('is optional: a failure to fetch it is none of the dump', async () => {
  async function* chunks(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('{"address":"0x7f0000010000", "type":"STRING", "memsize":40}\n')
  }

  const memory = async () => {
    throw new Error('503')
  }
  const analysis = await openAnalysis([{bytes: {chunks: chunks()}, memory, source: '-', storedBytes: null}])
  expect((await analysis.ask('report', {top: 5})).process).toBeNull()
  await analysis.close()
})
