import {Flags} from '@oclif/core'
import {HeapdumpCommand} from '../../lib/cli/base-command.js'
import {herokuCommand, proposal} from '../../lib/command-line.js'
import {growthInWords, growthOfEach, verdictOfDumps} from '../../lib/render/dumps-verdict.js'
import type {StoredDump} from '../../lib/store/store.js'

/** One screen. A bucket may hold thousands of dumps. */
const ROWS_ON_SCREEN = 25

export type ListResult = ReadonlyArray<
  StoredDump & {
    /** How its process grew since the first listed dump of it; null: there is none to compare with. */
    readonly verdict: string | null
  }
>

export default class HeapdumpList extends HeapdumpCommand {
  static override aliases = ['heapdump']

  static override summary = 'list the heap dumps in the bucket, newest first'

  static override examples = [
    '$ heroku heapdump:list --app example-app',
    '$ heroku heapdump:list --app example-app --all',
    '$ heroku heapdump:list --env .env --json',
  ]

  static override flags = {
    all: Flags.boolean({description: `list all dumps, not only the newest ${ROWS_ON_SCREEN}`}),
  }

  async run(): Promise<ListResult> {
    const {flags} = await this.parse(HeapdumpList)
    const bucket = await this.openBucket(flags)
    const dumps = await bucket.store.list()
    const growths = growthOfEach(dumps)
    const result = dumps.map(dump => ({...dump, verdict: growthInWords(growths.get(dump.id))}))
    if (this.jsonEnabled()) return result
    const {source, target} = bucket
    const place = `s3://${bucket.settings.bucket}`
    if (dumps.length === 0) {
      this.log(`${place} has no heap dumps of ${source} yet.`)
      this.propose(proposal`Take one: ${herokuCommand('heapdump:trigger', [], target)}`)
      return result
    }

    const shown = flags.all ? dumps : dumps.slice(0, ROWS_ON_SCREEN)
    await this.show('DumpList', {
      dumps: shown,
      nowMs: Date.now(),
      target,
      title: `Heap dumps of ${source} (${place})`,
      verdict: verdictOfDumps(dumps),
    })
    if (shown.length < dumps.length)
      this.log(` ${dumps.length - shown.length} older dumps not shown. Use --all to list them.`)
    return result
  }
}
