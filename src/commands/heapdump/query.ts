import {dumpArg} from '../../lib/cli/dump-args.js'
import {QueryCommand} from '../../lib/cli/query-command.js'
import {askedFor, QUERY_FLAGS, ROWS_ON_SCREEN} from '../../lib/cli/query-flags.js'
import type {QueryAnswer} from '../../lib/cli/query-output.js'
import {NAMED_QUESTIONS, type NamedQuestion} from '../../lib/query/named-questions.js'

/** With `--list`: the questions. Nothing with `--csv`, `--parquet` and `--interactive`. */
export type QueryDocument = QueryAnswer | {readonly questions: readonly NamedQuestion[]} | undefined

export default class HeapdumpQuery extends QueryCommand {
  static override args = {
    dump: dumpArg({
      description: 'dumps as for analyze (default: latest), then the SQL in quotes',
      multiple: true,
    }),
  }

  static override summary = 'ask any question about heap dumps in SQL'

  static override usage = [
    'heapdump:query [DUMP...] "SQL" [-a APP] [FLAGS]',
    'heapdump:query [DUMP...] -q NAME [FLAGS]',
  ]

  static override examples = [
    '$ heroku heapdump:query "SELECT * FROM owners LIMIT 9" --app example-app',
    '$ heroku heapdump:query heap.json.gz "SELECT class, retained FROM classes"',
    '$ heroku heapdump:query --list',
    '$ heroku heapdump:query heap.json --question closures --csv',
    '$ heroku heapdump:query heap.json --question referrers --of IssuesQuery',
    '$ heroku heapdump:query d7k2mq d9x0pa -q new-by-owner --app example-app',
    '$ heroku heapdump:query heap.json --file question.sql --parquet answer.parquet',
    '$ heroku heapdump:query heap.json --interactive',
  ]

  static override flags = QUERY_FLAGS

  async run(): Promise<QueryDocument> {
    const {args, flags} = await this.parse(HeapdumpQuery)
    if (flags.list) {
      await this.show('QuestionList', {questions: NAMED_QUESTIONS})
      return {questions: NAMED_QUESTIONS}
    }

    const asked = await askedFor(args.dump ?? [], flags)
    return this.answer(asked, flags, flags.top ?? ROWS_ON_SCREEN)
  }
}
