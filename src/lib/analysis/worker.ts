// The analysis's own thread. Started by analyze.ts with a WorkerInput.
import {parentPort, workerData} from 'node:worker_threads'
import {type Chunks, readFileChunks} from '../dump/chunks.js'
import {UserError} from '../errors.js'
import type {Progress} from '../progress.js'
import {analyzeHere, type FeedMessage, type WorkerInput, type WorkerMessage} from './analyze.js'

/** Often enough for the eye. */
const PROGRESS_INTERVAL_MS = 80

const input = workerData as WorkerInput
const port = parentPort!
const send = (message: WorkerMessage): void => port.postMessage(message)

async function* receiveChunks(): AsyncGenerator<Uint8Array> {
  const waiting: FeedMessage[] = []
  let wake = (): void => {}
  port.on('message', (message: FeedMessage) => {
    waiting.push(message)
    wake()
  })
  for (;;) {
    const message = waiting.shift()
    if (message === undefined) {
      await new Promise<void>(resolve => {
        wake = resolve
      })
      continue
    }

    if ('error' in message) throw message.error
    if (message.chunk === null) return
    yield message.chunk
    send({type: 'more'})
  }
}

let lastSent = 0
let lastPhase = ''
function sendProgress(progress: Progress): void {
  const now = Date.now()
  if (progress.phase === lastPhase && now - lastSent < PROGRESS_INTERVAL_MS) return
  lastSent = now
  lastPhase = progress.phase
  send({type: 'progress', ...progress})
}

try {
  const chunks: Chunks = input.path === null ? receiveChunks() : readFileChunks(input.path)
  const report = await analyzeHere(input, chunks, {...input, onProgress: sendProgress})
  send({report, type: 'report'})
} catch (error) {
  if (error instanceof UserError) send({code: error.code, hint: error.hint, message: error.message, type: 'user-error'})
  else send({error: error instanceof Error ? error : new Error(String(error)), type: 'error'})
}

port.close()
