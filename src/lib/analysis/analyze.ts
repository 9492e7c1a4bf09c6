// A dump → its report, in a worker thread: the main thread keeps drawing, and Ctrl-C answers at once.
import {Worker} from 'node:worker_threads'
import {type Chunks, readFileChunks} from '../dump/chunks.js'
import {readHeap, type ReadOptions} from '../dump/read-heap.js'
import {UserError} from '../errors.js'
import {ignoreProgress, type OnProgress} from '../progress.js'
import type {AnalysisOptions} from './options.js'
import {type AnalysisReport, report} from './report.js'

/** A file, which the worker reads itself, or bytes from elsewhere. */
export type DumpBytes = {readonly path: string} | {readonly chunks: Chunks}

export type AnalyzeRequest = AnalysisOptions & {
  readonly source: string
  readonly bytes: DumpBytes
  readonly storedBytes: number | null
  readonly dumpBytes?: number | null
  readonly onProgress?: OnProgress
  readonly signal?: AbortSignal
}

/** What the worker is started with: everything of a request that can be sent. */
export type WorkerInput = AnalysisOptions & {
  readonly source: string
  readonly path: string | null
  readonly storedBytes: number | null
  readonly dumpBytes: number | null
}

export type WorkerMessage =
  | {readonly type: 'progress'; readonly phase: string; readonly done: number; readonly total: number | null}
  /** Room for another chunk. */
  | {readonly type: 'more'}
  | {readonly type: 'report'; readonly report: AnalysisReport}
  | {readonly type: 'user-error'; readonly message: string; readonly code: string; readonly hint: string | null}
  | {readonly type: 'error'; readonly error: Error}

/** null ends the dump; an error is the source's own. */
export type FeedMessage = {readonly chunk: Uint8Array | null} | {readonly error: Error}

/** Chunks on their way to the worker. */
export const CHUNKS_IN_FLIGHT = 8

/** In this thread. */
export async function analyzeHere(input: AnalysisOptions & {source: string}, chunks: Chunks, options: ReadOptions): Promise<AnalysisReport> {
  const read = await readHeap(chunks, options)
  options.onProgress?.({done: 0, phase: 'counting', total: null})
  return report(input.source, read, input)
}

/** In a worker. */
export async function analyze(request: AnalyzeRequest): Promise<AnalysisReport> {
  const {bytes, onProgress = ignoreProgress, signal} = request
  const script = new URL('worker.js', import.meta.url)
  // Node 20 can't start a worker from TypeScript, which is what tests run.
  if (import.meta.url.endsWith('.ts')) {
    return analyzeHere(request, 'path' in bytes ? readFileChunks(bytes.path) : bytes.chunks, request)
  }

  const workerData: WorkerInput = {
    dumpBytes: request.dumpBytes ?? null,
    generation: request.generation,
    path: 'path' in bytes ? bytes.path : null,
    source: request.source,
    storedBytes: request.storedBytes,
    top: request.top,
  }
  const worker = new Worker(script, {workerData})
  const stop = () => void worker.terminate()
  signal?.addEventListener('abort', stop)
  try {
    return await converse(worker, 'chunks' in bytes ? bytes.chunks : null, onProgress)
  } finally {
    signal?.removeEventListener('abort', stop)
    await worker.terminate()
  }
}

function converse(worker: Worker, chunks: Chunks | null, onProgress: OnProgress): Promise<AnalysisReport> {
  let room = CHUNKS_IN_FLIGHT
  let over = false
  let wake = (): void => {}
  return new Promise<AnalysisReport>((resolve, reject) => {
    worker.on('message', (message: WorkerMessage) => {
      switch (message.type) {
        case 'progress':
          onProgress(message)
          break
        case 'more':
          room++
          wake()
          break
        case 'report':
          resolve(message.report)
          break
        case 'user-error':
          reject(new UserError(message.message, {code: message.code, hint: message.hint ?? undefined}))
          break
        case 'error':
          reject(message.error)
      }
    })
    worker.on('error', reject)
    worker.on('exit', () => reject(new Error('The analysis was stopped.')))

    const feed = async (source: Chunks): Promise<void> => {
      for await (const chunk of source) {
        while (room === 0 && !over) {
          await new Promise<void>(next => {
            wake = next
          })
        }

        if (over) return
        room--
        // Copied, because a chunk may be a part of a pool's buffer, which can't be given away.
        const own = Uint8Array.from(chunk)
        worker.postMessage({chunk: own} satisfies FeedMessage, [own.buffer])
      }

      worker.postMessage({chunk: null} satisfies FeedMessage, [])
    }

    if (chunks !== null) feed(chunks).catch(reject)
  }).finally(() => {
    // Lets a source go that the worker wants no more of.
    over = true
    wake()
  })
}
