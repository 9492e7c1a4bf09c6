// A worker that was closed answers nothing, and says so: whoever waited for it would wait forever.
import {setImmediate} from 'node:timers/promises'
import {fileURLToPath} from 'node:url'
import {expect, it} from 'vitest'
import {AnalysisWorker} from '../../../src/lib/analysis/session/open-analysis.js'
import {ignoreProgress} from '../../../src/lib/progress.js'

const path = fileURLToPath(new URL('../../fixtures/dumps/ruby-3.3-traced.json.gz', import.meta.url))

it('rejects questions that wait, and those that come later', async () => {
  const recorded = Promise.resolve({memory: null, past: null})
  const dump = {bytes: {path}, recorded, source: path, storedBytes: null}
  const worker = await AnalysisWorker.open([dump], ignoreProgress)
  expect(await worker.ask('facts', {})).toMatchObject({truncated: false})
  const waiting = expect(worker.ask('report', {top: 0})).rejects.toThrow('stopped')
  await worker.close()
  await waiting
  // Its end has been reported.
  await setImmediate()
  await expect(worker.ask('facts', {})).rejects.toThrow('stopped')
  await expect(worker.keep({key: '', path: '/nonexistent'}, 0)).rejects.toThrow('stopped')
})
