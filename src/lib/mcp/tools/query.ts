import {z} from 'zod'
import {warningOf} from '../../analysis/report/incomplete.js'
import {askedSql} from '../../cli/query-flags.js'
import {firstRows, rowObject} from '../../cli/query-output.js'
import {QuerySession} from '../../cli/query-session.js'
import {UserError} from '../../errors.js'
import {NAMED_QUESTIONS} from '../../query/named-questions.js'
import {openEngine} from '../../query/open-engine.js'
import {TABLES} from '../../tables-of-dump/tables.js'
import {PAGING, pageOf, rowsToRead} from '../page.js'
import {DUMP, findDumps} from '../read-dumps.js'
import {defineTool} from '../tool.js'

const SCHEMA = TABLES.map(({columns, name}) => `${name}(${columns.map(column => column.name).join(', ')})`).join('; ')
const QUESTIONS = NAMED_QUESTIONS.map(({doc, name}) => `${name}: ${doc}`).join('; ')

export const query = defineTool({
  name: 'query',
  title: 'Ask dumps in SQL',
  description:
    'Answers any other question about one dump or several, as one SELECT in the SQL of DuckDB, or as a question by its ' +
    `name. Aggregate, and give an ORDER BY. Tables: ${SCHEMA}. Tables join by dump and address. Live memory is ` +
    'sum(memsize - reserved) of live objects. DESCRIBE lists types. String contents are not in the tables: strings.text ' +
    'is NULL, and equal value_hash means equal contents within one dump.',
  input: z.strictObject({
    sql: z.string().optional().describe('a SELECT; without question'),
    question: z
      .enum(NAMED_QUESTIONS.map(({name}) => name))
      .optional()
      .describe(QUESTIONS),
    of: z.string().optional().describe('what the question is about, such as an address or a class'),
    dumps: z.array(z.string().describe(DUMP)).min(1).max(50).default(['latest']),
    ...PAGING,
  }),
  readOnly: true,
  async run({dumps: [first = 'latest', ...others], of, question, sql, ...paging}, call) {
    if ((sql === undefined) === (question === undefined))
      throw new UserError('Give either sql or question.', {code: 'wrong_use', exit: 2})
    const text = question === undefined ? (sql ?? '') : askedSql(question, of)
    const found = await findDumps([first, ...others], call)
    const session = new QuerySession(await openEngine({smallValues: true, writable: null}), found, {
      masked: true,
      only: null,
      reading: {caches: call.caches},
      showValues: false,
    })
    const interrupt = () => void session.interrupt()
    call.signal.addEventListener('abort', interrupt)
    try {
      await session.prepare(text, call.onProgress)
      const {columns, rows} = await firstRows(await session.ask(text), rowsToRead(paging))
      const cut = await session.truncated()
      return {
        document: {
          dumps: session.ids,
          truncated: cut.length === 0 ? null : cut,
          warning: cut.length === 0 ? null : warningOf({gzipFault: null, truncated: true}),
          columns: columns.map(({name}) => name),
        },
        page: pageOf(
          'rows',
          rows.map(row => rowObject(columns, row)),
          paging,
        ),
      }
    } finally {
      call.signal.removeEventListener('abort', interrupt)
      await session.close()
    }
  },
})
