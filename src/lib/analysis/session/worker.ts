// The thread of the analysis. open-analysis.ts starts it with the dumps to read; then it answers questions until it is
// terminated.
import {parentPort, workerData} from 'node:worker_threads'
import {type Chunks, FileChunks} from '../../dump/chunks.js'
import {UserError} from '../../errors.js'
import type {Progress} from '../../progress.js'
import {readHeapFile, writeHeapFile} from './heap-file.js'
import type {Recorded, WorkerDumps, WorkerMessage, WorkerRecords, WorkerRequest} from './open-analysis.js'
import {answer, type QuestionName, type QuestionOptions} from './questions.js'
import {readSubject} from './read-subject.js'
import {buffersOf, type TableAnswer} from './table-chunks.js'
import type {Subject} from '../objects/subject.js'

/** Often enough to look smooth. */
const PROGRESS_INTERVAL_MS = 80

const port = parentPort!
const send = (message: WorkerMessage, transfer: readonly ArrayBuffer[] = []): void =>
  port.postMessage(message, transfer)

const requests: WorkerRequest[] = []
let wake = (): void => {}
let setRecords = (_records: readonly Recorded[]): void => {}
const records = new Promise<readonly Recorded[]>(resolve => {
  setRecords = resolve
})
port.on('message', (request: WorkerRecords | WorkerRequest) => {
  if ('recorded' in request) {
    setRecords(request.recorded)
    return
  }

  requests.push(request)
  wake()
})

async function nextRequest(): Promise<WorkerRequest> {
  for (;;) {
    const request = requests.shift()
    if (request !== undefined) return request
    await new Promise<void>(resolve => {
      wake = resolve
    })
  }
}

async function* receiveChunks(): AsyncGenerator<Uint8Array> {
  for (;;) {
    const request = await nextRequest()
    if ('error' in request) throw request.error
    if (!('chunk' in request)) throw new Error('A question came before the end of the dump.')
    if (request.chunk === null) return
    yield request.chunk
    // A chunk is valid until the next one is requested.
    const {buffer} = request.chunk
    send({buffer, type: 'more'}, [buffer])
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

function sendError(error: unknown): void {
  if (error instanceof UserError) {
    send({code: error.code, exit: error.exit, hint: error.hint, message: error.message, type: 'user-error'})
    return
  }

  const {code = null} = error as {readonly code?: string | null}
  send({code, error: error instanceof Error ? error : new Error(String(error)), type: 'error'})
}

async function readAll(dumps: WorkerDumps): Promise<Subject[]> {
  if ('file' in dumps)
    return [readHeapFile(dumps.file, {processBytes: dumps.processBytes ?? null, source: dumps.source})]
  const subjects: Subject[] = []
  for (const [at, dump] of dumps.entries()) {
    const chunks: Chunks = dump.path === null ? receiveChunks() : new FileChunks(dump.path)
    const recorded = records.then(all => all[at])
    subjects.push(await readSubject({...dump, recorded}, chunks, {onProgress: sendProgress}))
  }

  return subjects
}

async function run(): Promise<void> {
  try {
    const subjects = await readAll(workerData as WorkerDumps)
    send({type: 'ready'})
    for (;;) {
      const request = await nextRequest()
      try {
        if ('file' in request)
          send({answer: writeHeapFile(request.file, subjects[0], request.mostBytes), type: 'answer'})
        if (!('question' in request)) continue
        sendProgress({done: 0, phase: 'analyzing', total: null})
        const answered = answer(request.question, subjects, request.options as QuestionOptions<QuestionName>)
        send({answer: answered, type: 'answer'}, request.question === 'table' ? buffersOf(answered as TableAnswer) : [])
      } catch (error) {
        sendError(error)
      }
    }
  } catch (error) {
    sendError(error)
    port.close()
  }
}

// No top-level await: the build turns this file into CommonJS, which a thread loads faster than a module.
void run()
