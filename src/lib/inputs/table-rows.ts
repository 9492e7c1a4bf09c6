// Rows of tables about a dump, from the worker that has read it.
import type {Analysis} from '../analysis/session/open-analysis.js'
import type {TableQuery} from '../analysis/session/table-chunks.js'
import type {Chunk, TableRows} from '../tables-of-dump/table.js'

export type TextsAndChunk = {readonly texts: TableRows['texts']; readonly chunk: Chunk}

/** The worker makes a chunk while the one before is used. Another question ends it. */
export async function* readTable(
  analysis: Pick<Analysis, 'ask'>,
  query: Omit<TableQuery, 'at'>,
): AsyncGenerator<TextsAndChunk> {
  const chunkAt = (at: number) => {
    const asked = analysis.ask('table', {...query, at})
    // Whoever reads on hears of it.
    asked.catch(() => {})
    return asked
  }
  let texts: TableRows['texts'] = new Map()
  let next = chunkAt(0)
  for (let at = 1; ; at++) {
    const answer = await next
    texts = answer.texts ?? texts
    if (answer.chunk === null) return
    next = chunkAt(at)
    yield {chunk: answer.chunk, texts}
  }
}
