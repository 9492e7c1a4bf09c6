import {Args, Flags} from '@oclif/core'
import type {Explanation} from '../../lib/analysis/explain/explain.js'
import {HeapdumpCommand} from '../../lib/cli/base-command.js'

/** Rows a table where --top says nothing: a screen for people, more for scripts. */
const TOP_ON_SCREEN = 8
const TOP_IN_JSON = 100

export default class HeapdumpExplain extends HeapdumpCommand {
  static override args = {
    dump: Args.string({
      description: 'a dump: a file (.gz too), - for standard input, an id or key of the bucket, latest',
      ignoreStdin: true,
      required: true,
    }),
    what: Args.string({
      description: 'an object (0x7f3d972c0070), a class (IssuesQuery) or a line of code (issues_query.rb:11)',
      ignoreStdin: true,
      required: true,
    }),
  }

  static override description = 'explain why something is in memory: what holds it, and what would be freed if it went'

  static override examples = [
    '$ heroku heapdump:explain latest IssuesQuery --app example-app',
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
    const [dump] = await this.findDumps([args.dump], flags)
    const top = flags.top ?? (this.jsonEnabled() ? TOP_IN_JSON : TOP_ON_SCREEN)
    const options = {showValues: flags['show-values'], top, what: args.what}
    const explanation = await this.withProgress(onProgress => askOnce(dump, 'explain', options, onProgress))
    this.warnIfTruncated(explanation.dump)
    await this.show('Explained', {dump, explanation, title: dump.title})
    return explanation
  }
}
