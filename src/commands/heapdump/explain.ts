import {Args, Flags} from '@oclif/core'
import {HeapdumpCommand} from '../../lib/cli/base-command.js'
import {type ExplanationDocument, explanationDocument} from '../../lib/cli/documents.js'
import {cacheFlag} from '../../lib/cli/flags.js'
import {dumpArg} from '../../lib/cli/dump-args.js'
import {topFlag, topRows} from '../../lib/cli/top-flag.js'
import {UserError} from '../../lib/errors.js'

export default class HeapdumpExplain extends HeapdumpCommand {
  static override args = {
    dump: dumpArg(),
    what: Args.string({
      description:
        'object address (0x7f3d972c0070), class (IssuesQuery) or line of code (issues_query.rb:11); ' +
        'given alone, it is looked up in the latest dump',
      ignoreStdin: true,
    }),
  }

  static override summary = 'explain what keeps objects in memory: one object, a class, or a line of code'

  static override usage = 'heapdump:explain [DUMP] ADDRESS|CLASS|FILE:LINE [-a APP] [FLAGS]'

  static override examples = [
    '$ heroku heapdump:explain IssuesQuery --app example-app',
    '$ heroku heapdump:explain d7k2mq IssuesQuery --app example-app',
    '$ heroku heapdump:explain heap.json.gz app/queries/issues_query.rb:11',
    '$ heroku heapdump:explain heap.json 0x7f3d972c0070 --json',
  ]

  static override flags = {
    all: Flags.boolean({description: 'list every reference to and from an object, incidental ones too'}),
    cache: cacheFlag,
    'show-values': Flags.boolean({description: 'show string contents, which may be secret'}),
    top: topFlag(),
  }

  async run(): Promise<ExplanationDocument> {
    const {args, flags} = await this.parse(HeapdumpExplain)
    // A single argument is what to explain, in the latest dump.
    if (args.dump === undefined) throw nothingToExplain('')
    const [name, what] = args.what === undefined ? ['latest', args.dump] : [args.dump, args.what]
    if (args.what === undefined) await this.refuseDumpAlone(args.dump)
    const [dump] = await this.findDumps([name], flags)
    const top = topRows(flags.top, {isJson: this.jsonEnabled()})
    const options = {showValues: flags['show-values'], top, what}
    const {askCached} = await import('../../lib/inputs/open-cached.js')
    const reading = await this.reading(flags)
    const {answer: explanation, kept} = await this.withProgress(onProgress =>
      askCached(dump, 'explain', options, {...reading, onProgress}),
    )
    await this.show('Explained', {all: flags.all, dump, explanation, title: dump.title})
    await kept
    this.warnIfTruncated(explanation.dump)
    return explanationDocument(explanation, dump)
  }

  private async refuseDumpAlone(name: string): Promise<void> {
    const {findLocalDump} = await import('../../lib/dump/local-dump.js')
    const isDump =
      name === 'latest' || /^d[0-9a-z]{5}$/.test(name) || (await findLocalDump(name, process.stdin)) !== null
    if (isDump) throw nothingToExplain(` in ${name}`)
  }
}

function nothingToExplain(where: string): UserError {
  return new UserError(`Nothing to explain${where}.`, {
    code: 'wrong_use',
    exit: 2,
    hint: `${where === '' ? 'Name' : 'After the dump, name'} an object (0x7f3d972c0070), a class (IssuesQuery) or a line of code (issues_query.rb:11).`,
  })
}
