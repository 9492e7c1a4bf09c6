import {z} from 'zod'
import {UserError} from '../../errors.js'
import {type DumpFile, listDumpFiles} from '../../inputs/local-dumps.js'
import type {StoredDump} from '../../store/store.js'
import {PAGING, pageOf} from '../page.js'
import {defineTool} from '../tool.js'

export const list = defineTool({
  name: 'list',
  title: 'List heap dumps',
  description:
    "Lists heap dumps, newest first: those in the app's bucket, or the dump files in a folder on this machine. " +
    'The other tools take the id of a stored dump, or the file.',
  input: z.strictObject({
    folder: z.string().optional().describe('list the dump files of this folder, not the bucket'),
    ...PAGING,
  }),
  readOnly: true,
  async run({folder, ...paging}, call) {
    const bucket = folder === undefined ? await call.openBucket().catch(nullWithoutApp) : null
    if (bucket === null) {
      const files = await listDumpFiles(folder ?? '.')
      return {document: {folder: folder ?? '.', total: files.length}, page: pageOf('dumps', files.map(fileRow), paging)}
    }

    const dumps = await bucket.store.list()
    return {
      document: {bucket: bucket.settings.bucket, of: bucket.source, total: dumps.length},
      page: pageOf('dumps', dumps.map(storedRow), paging),
    }
  },
})

function nullWithoutApp(error: unknown): null {
  if (error instanceof UserError && error.code === 'no_app') return null
  throw error
}

function fileRow({facts, path, storedBytes}: DumpFile): object {
  return {path, storedBytes, ...(facts === null ? {} : factsOf(facts))}
}

function storedRow(dump: StoredDump): object {
  const {complete, id, storedBytes} = dump
  return {id, ...factsOf(dump), storedBytes, ...(complete ? {} : {complete})}
}

function factsOf({by, createdAt, dyno, memoryBytes, pid, process: name, redacted, release, ruby, traced}: StoredDump) {
  return {by, createdAt, dyno, memoryBytes, pid, process: name, redacted, release, ruby, traced}
}
