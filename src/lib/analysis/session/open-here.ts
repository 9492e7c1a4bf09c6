// Runs the analysis in this thread, without a worker.
import {FileChunks} from '../../dump/chunks.js'
import type {OnProgress} from '../../progress.js'
import {readHeapFile, writeHeapFile} from './heap-file.js'
import type {Analysis, DumpToRead, KeptDump, Recorded} from './open-analysis.js'
import {answer} from './questions.js'
import {readSubject} from './read-subject.js'
import type {Subject} from '../objects/subject.js'

type DumpHere = DumpToRead & {readonly recorded?: Promise<Recorded>}

export async function openHere(dumps: readonly DumpHere[], onProgress: OnProgress): Promise<Analysis> {
  const subjects: Subject[] = []
  for (const dump of dumps) {
    const chunks = 'path' in dump.bytes ? new FileChunks(dump.bytes.path) : dump.bytes.chunks
    subjects.push(await readSubject(dump, chunks, {onProgress}))
  }

  return analysisOf(subjects)
}

export async function openKeptHere({file, source, processBytes = null}: KeptDump): Promise<Analysis> {
  return analysisOf([readHeapFile(file, {processBytes, source})])
}

function analysisOf(subjects: readonly Subject[]): Analysis {
  return {
    ask: async (name, options) => answer(name, subjects, options),
    async close() {},
    keep: async (file, mostBytes) => writeHeapFile(file, subjects[0], mostBytes),
  }
}
