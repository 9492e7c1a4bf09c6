import {Args, Flags} from '@oclif/core'
import type {Explanation} from '../../lib/analysis/explain/explain.js'
import {HeapdumpCommand} from '../../lib/cli/base-command.js'
import {UserError} from '../../lib/errors.js'

/** Rows a table where --top says nothing: a screen for people, more for scripts. */
const TOP_ON_SCREEN = 8
const TOP_IN_JSON = 100

export default class HeapdumpExplain extends HeapdumpCommand {
  static override args = {
    dump: Args.string({
      description: 'a dump: a file (.gz too), - for standard input, an id or key of the bucket; the latest if omitted',
      ignoreStdin: true,
      required: true,
    }),
    what: Args.string({
      description: 'an object (0x7f3d972c0070), a class (IssuesQuery) or a line of code (issues_query.rb:11)',
      ignoreStdin: true,
    }),
  }

  static override description = 'explain why something is in memory: what holds it, and what would be freed if it went'

  static override examples = [
    '$ heroku heapdump:explain IssuesQuery --app example-app',
    '$ heroku heapdump:explain d7k2mq IssuesQuery --app example-app',
    '$ heroku heapdump:explain heap.json.gz app/queries/issues_query.rb:11',
    '$ heroku heapdump:explain heap.json 0x7f3d972c0070 --json',
  ]

  static override flags = {
    'show-values': Flags.boolean({description: "show a string's text; it may be a secret"}),
    top: Flags.integer({description: `rows a table, 0 = all (${TOP_ON_SCREEN}; with --json ${TOP_IN_JSON})`, min: 0}),
  }

  async run(): Promise<Explanation> {
    const {args, flags} = await this.parse(HeapdumpExplain)
    const {askOnce} = await import('../../lib/analysis/session/open-analysis.js')
    // One argument is what to explain: the dump is the latest then.
    const [name, what] = args.what === undefined ? ['latest', args.dump] : [args.dump, args.what]
    if (args.what === undefined) await this.refuseDumpAlone(args.dump)
    const [dump] = await this.findDumps([name], flags)
    const top = flags.top ?? (this.jsonEnabled() ? TOP_IN_JSON : TOP_ON_SCREEN)
    const options = {showValues: flags['show-values'], top, what}
    const explanation = await this.withProgress(onProgress => askOnce(dump, 'explain', options, onProgress))
    this.warnIfTruncated(explanation.dump)
    await this.show('Explained', {dump, explanation, title: dump.title})
    return explanation
  }

  private async refuseDumpAlone(name: string): Promise<void> {
    const {findLocalDump} = await import('../../lib/dump/local-dump.js')
    const isDump =
      name === 'latest' || /^d[0-9a-z]{5}$/.test(name) || (await findLocalDump(name, process.stdin)) !== null
    if (!isDump) return
    throw new UserError(`What of ${name}?`, {
      code: 'wrong_use',
      exit: 2,
      hint: 'Name an object (0x7f3d972c0070), a class (IssuesQuery) or a line of code (issues_query.rb:11) after the dump.',
    })
  }
}
