// Opens dumps for questions in a worker thread, so that the main thread keeps drawing and Ctrl-C works at once.
import {Worker} from 'node:worker_threads'
import type {Chunks} from '../../dump/chunks.js'
import {hintLines, UserError} from '../../errors.js'
import type {MemoryRecord} from '../../memory-record.js'
import {packageFile} from '../../package-file.js'
import type {ProcessHistory} from '../../process-history.js'
import {ignoreProgress, type OnProgress} from '../../progress.js'
import type {MemoryNode, TreeOptions} from '../browse/memory-tree.js'
import type {HeapFile} from './heap-file.js'
import type {Answer, QuestionName, QuestionOptions} from './questions.js'

export type DumpToRead = {
  /** Its name: a path, a key, `-`. */
  readonly source: string
  /** A file that the worker reads itself, or bytes from elsewhere. */
  readonly bytes: {readonly path: string} | {readonly chunks: Chunks}
  readonly storedBytes: number | null
  /** Size before compression, if known. */
  readonly dumpBytes?: number | null
  /** Whether to keep the hashes of values, which comparing dumps needs (ReadOptions). */
  readonly keepsHashes?: boolean
  /** Resident memory of the process when it was dumped, if known. */
  readonly processBytes?: number | null
  /** The history of the process, if recorded. Fetched while the dump is read. */
  readonly history?: (() => Promise<ProcessHistory | null>) | undefined
  /** The same for the memory of the process. */
  readonly memory?: (() => Promise<MemoryRecord | null>) | undefined
}

/** What the agent recorded beside a dump. */
export type Recorded = {readonly past: ProcessHistory | null; readonly memory: MemoryRecord | null}

export type Analysis = {
  /** Answers one question at a time, in order. */
  ask<Name extends QuestionName>(name: Name, options: QuestionOptions<Name>): Promise<Answer<Name>>
  /** Writes what it has read to a new file (writeHeapFile). */
  keep(file: HeapFile, mostBytes: number): Promise<boolean>
  close(): Promise<void>
}

export type DumpWithRecords = DumpToRead & {readonly recorded: Promise<Recorded>}

/** A dump that was kept in a file: nothing is read from the dump itself. */
export type KeptDump = Pick<DumpToRead, 'processBytes' | 'source'> & {readonly file: HeapFile}

/** Start data of the worker: dumps to read, or one that was kept. */
export type WorkerDumps = readonly WorkerDump[] | KeptDump

/** `path` null: the bytes come as messages. */
export type WorkerDump = {
  readonly source: string
  readonly path: string | null
  readonly storedBytes: number | null
  readonly dumpBytes: number | null
  readonly keepsHashes: boolean
  readonly processBytes: number | null
}

/** From the worker. */
export type WorkerMessage =
  | {readonly type: 'progress'; readonly phase: string; readonly done: number; readonly total: number | null}
  /** Ready for another chunk; returns the memory of a used one. */
  | {readonly type: 'more'; readonly buffer: ArrayBuffer}
  /** All dumps have been read. */
  | {readonly type: 'ready'}
  | {readonly type: 'answer'; readonly answer: unknown}
  | {
      readonly type: 'user-error'
      readonly message: string
      readonly code: UserError['code']
      readonly exit: UserError['exit']
      readonly hint: string | null
    }
  /** `code`: of the file system. It would be lost: a message keeps only the standard properties of an error. */
  | {readonly type: 'error'; readonly error: Error; readonly code: string | null}

/** To the worker, once, at any time: the records of all dumps. */
export type WorkerRecords = {readonly recorded: readonly Recorded[]}

/** To the worker: the next bytes of the dump, null at its end; then questions. */
export type WorkerRequest =
  | {readonly chunk: Uint8Array<ArrayBuffer> | null}
  | {readonly error: Error}
  | {readonly question: QuestionName; readonly options: unknown}
  | {readonly file: HeapFile; readonly mostBytes: number}

/** Maximum number of chunks on their way to the worker. */
const CHUNKS_IN_FLIGHT = 8
/** The usual chunk size of sources. */
const CHUNK_BYTES = 1 << 16

/** Reads the dumps, in order. Throws the reader's UserErrors, and the sources' own errors. */
export async function openAnalysis(
  asked: readonly DumpToRead[],
  onProgress: OnProgress = ignoreProgress,
): Promise<Analysis> {
  const dumps = asked.map(dump => ({...dump, recorded: recordedOf(dump)}))
  if (!import.meta.url.endsWith('.ts')) return AnalysisWorker.open(dumps, onProgress)
  // Node 20 can't start a worker from TypeScript, which unit tests run. Otherwise this thread does not need the
  // analysis code.
  return (await import('./open-here.js')).openHere(dumps, onProgress)
}

/** Records are optional. A problem with the store shows when the dump itself is read. Never rejects. */
async function recordedOf(dump: DumpToRead): Promise<Recorded> {
  const [past, memory = null] = await Promise.all([historyOf(dump), dump.memory?.().catch(() => null)])
  return {memory, past}
}

/** null: not recorded, or not readable. Never rejects. */
export async function historyOf({history}: Pick<DumpToRead, 'history'>): Promise<ProcessHistory | null> {
  return (await history?.().catch(() => null)) ?? null
}

/** Throws if the file cannot be used (readHeapFile). Questions about string contents cannot be asked. */
export async function openKept(dump: KeptDump, onProgress: OnProgress = ignoreProgress): Promise<Analysis> {
  if (!import.meta.url.endsWith('.ts')) return AnalysisWorker.openKept(dump, onProgress)
  return (await import('./open-here.js')).openKeptHere(dump)
}

/** Questions that compare values between dumps. */
const COMPARING: ReadonlySet<QuestionName> = new Set<QuestionName>(['growth', 'snapshot'])

/** Asks one question about one dump. */
export async function askOnce<Name extends QuestionName>(
  dump: DumpToRead,
  name: Name,
  options: QuestionOptions<Name>,
  onProgress?: OnProgress,
): Promise<Answer<Name>> {
  return (await askWithTree(dump, name, options, null, onProgress)).answer
}

/** The same, and the memory map unless `map` is null. */
export async function askWithTree<Name extends QuestionName>(
  dump: DumpToRead,
  name: Name,
  options: QuestionOptions<Name>,
  map: TreeOptions | null,
  onProgress?: OnProgress,
): Promise<{readonly answer: Answer<Name>; readonly tree: MemoryNode | null}> {
  const analysis = await openAnalysis([{...dump, history: undefined, keepsHashes: COMPARING.has(name)}], onProgress)
  try {
    return {answer: await analysis.ask(name, options), tree: map && (await analysis.ask('tree', map))}
  } finally {
    await analysis.close()
  }
}

type Waiting = {readonly resolve: (answer: unknown) => void; readonly reject: (error: unknown) => void}

/** A worker thread that has read dumps. */
export class AnalysisWorker implements Analysis {
  /** The first waits for `ready`, the others for answers. */
  readonly #waiting: Waiting[] = []
  readonly #worker: Worker
  readonly #onProgress: OnProgress
  /** Memory of chunks that the worker has returned: as much as is in flight at a time is enough for the whole dump. */
  readonly #buffers: ArrayBuffer[] = []
  #freeSlots = CHUNKS_IN_FLIGHT
  #over = false
  #wake = (): void => {}

  private constructor(workerData: WorkerDumps, onProgress: OnProgress) {
    this.#onProgress = onProgress
    this.#worker = new Worker(packageFile('dist/lib/worker.cjs'), {workerData})
    this.#worker.on('message', (message: WorkerMessage) => this.#receive(message))
    this.#worker.on('error', error => this.#fail(error))
    this.#worker.on('exit', () => this.#fail(new Error('The analysis was stopped.')))
  }

  static async open(dumps: readonly DumpWithRecords[], onProgress: OnProgress): Promise<Analysis> {
    const toRead = dumps.map(
      ({source, bytes, storedBytes, dumpBytes = null, keepsHashes = false, processBytes = null}) => ({
        dumpBytes,
        keepsHashes,
        path: 'path' in bytes ? bytes.path : null,
        processBytes,
        source,
        storedBytes,
      }),
    )
    return AnalysisWorker.#start(toRead, onProgress, async worker => {
      const records = Promise.all(dumps.map(({recorded}) => recorded)).then(recorded => worker.#post({recorded}))
      await Promise.all([worker.#feedAll(dumps), records])
    })
  }

  static async openKept({file, source, processBytes = null}: KeptDump, onProgress: OnProgress): Promise<Analysis> {
    return AnalysisWorker.#start({file, processBytes, source}, onProgress, async () => {})
  }

  static async #start(
    dumps: WorkerDumps,
    onProgress: OnProgress,
    feed: (worker: AnalysisWorker) => Promise<void>,
  ): Promise<Analysis> {
    const worker = new AnalysisWorker(dumps, onProgress)
    try {
      const ready = worker.#wait()
      feed(worker).catch((error: unknown) => worker.#fail(error))
      await ready
      return worker
    } catch (error) {
      await worker.close()
      throw error
    }
  }

  async ask<Name extends QuestionName>(name: Name, options: QuestionOptions<Name>): Promise<Answer<Name>> {
    const asked = this.#wait()
    this.#post({options, question: name})
    return (await asked) as Answer<Name>
  }

  async keep(file: HeapFile, mostBytes: number): Promise<boolean> {
    const kept = this.#wait()
    this.#post({file, mostBytes})
    return (await kept) as boolean
  }

  async close(): Promise<void> {
    // Releases a source that the worker no longer needs.
    this.#over = true
    this.#wake()
    await this.#worker.terminate()
  }

  #wait(): Promise<unknown> {
    // A thread that has ended answers nothing.
    if (this.#over) return Promise.reject(new Error('The analysis was stopped.'))
    return new Promise((resolve, reject) => {
      this.#waiting.push({reject, resolve})
    })
  }

  #fail(error: unknown): void {
    this.#over = true
    this.#wake()
    for (const one of this.#waiting.splice(0)) one.reject(error)
  }

  #receive(message: WorkerMessage): void {
    switch (message.type) {
      case 'progress':
        this.#onProgress(message)
        break
      case 'more':
        this.#buffers.push(message.buffer)
        this.#freeSlots++
        this.#wake()
        break
      case 'ready':
        this.#waiting.shift()?.resolve(undefined)
        break
      case 'answer':
        this.#waiting.shift()?.resolve(message.answer)
        break
      case 'user-error':
        this.#waiting
          .shift()
          ?.reject(
            new UserError(message.message, {code: message.code, exit: message.exit, hint: hintLines(message.hint)}),
          )
        break
      case 'error':
        this.#waiting.shift()?.reject(Object.assign(message.error, message.code === null ? {} : {code: message.code}))
    }
  }

  #post(request: WorkerRecords | WorkerRequest, transfer: readonly ArrayBuffer[] = []): void {
    this.#worker.postMessage(request, transfer)
  }

  /** Copies the chunk, because it may be part of a pooled buffer, which can't be transferred. */
  #postCopy(chunk: Uint8Array): void {
    let buffer = this.#buffers.pop()
    if (buffer === undefined || buffer.byteLength < chunk.length)
      buffer = new ArrayBuffer(Math.max(chunk.length, CHUNK_BYTES))
    const copy = new Uint8Array(buffer, 0, chunk.length)
    copy.set(chunk)
    this.#post({chunk: copy}, [buffer])
  }

  async #feedAll(dumps: readonly DumpToRead[]): Promise<void> {
    for (const {bytes} of dumps) {
      if (!('chunks' in bytes)) continue
      for await (const chunk of bytes.chunks) {
        while (this.#freeSlots === 0 && !this.#over) {
          await new Promise<void>(next => {
            this.#wake = next
          })
        }

        if (this.#over) return
        this.#freeSlots--
        this.#postCopy(chunk)
      }

      if (this.#over) return
      this.#post({chunk: null})
    }
  }
}
