// Rows of tables about a dump, from the worker that has read it.
import type {Analysis} from '../analysis/session/open-analysis.js'
import type {TableQuery} from '../analysis/session/table-chunks.js'
import type {Chunk, TableRows} from '../tables-of-dump/table.js'

export type TextsAndChunk = {readonly texts: TableRows['texts']; readonly chunk: Chunk}

/** One chunk at a time. Another question ends it. */
export async function* readTable(
  analysis: Pick<Analysis, 'ask'>,
  query: Omit<TableQuery, 'at'>,
): AsyncGenerator<TextsAndChunk> {
  let texts: TableRows['texts'] = new Map()
  for (let at = 0; ; at++) {
    const answer = await analysis.ask('table', {...query, at})
    texts = answer.texts ?? texts
    if (answer.chunk === null) return
    yield {chunk: answer.chunk, texts}
  }
}
