import {Flags} from '@oclif/core'
import {HeapdumpCommand} from '../../lib/cli/base-command.js'
import {herokuCommand, proposal} from '../../lib/command-line.js'
import type {StoredDump} from '../../lib/store/store.js'

/** Enough for a screen; a bucket may hold thousands. */
const ROWS_ON_SCREEN = 25

export default class HeapdumpList extends HeapdumpCommand {
  static override description = 'list the heap dumps in the bucket, newest first'

  static override examples = [
    '$ heroku heapdump:list --app example-app',
    '$ heroku heapdump:list --app example-app --all',
    '$ heroku heapdump:list --env .env --json',
  ]

  static override flags = {
    all: Flags.boolean({description: `all of them, not only the newest ${ROWS_ON_SCREEN}`}),
  }

  async run(): Promise<readonly StoredDump[]> {
    const {flags} = await this.parse(HeapdumpList)
    const settings = await this.settings(flags)
    const [{openStore}, {readBucketSettings}] = await Promise.all([
      import('../../lib/store/open-store.js'),
      import('../../lib/store/bucket-settings.js'),
    ])
    const dumps = await openStore(settings.vars, settings.source).list()
    if (this.jsonEnabled()) return dumps
    const {bucket} = readBucketSettings(settings.vars, settings.source)
    if (dumps.length === 0) {
      this.log(`No heap dumps of ${settings.source} in s3://${bucket} yet.`)
      this.propose(proposal`Take one: ${herokuCommand('heapdump:trigger', [], this.target(flags))}`)
      return dumps
    }

    const shown = flags.all ? dumps : dumps.slice(0, ROWS_ON_SCREEN)
    await this.show('DumpList', {
      dumps: shown,
      nowMs: Date.now(),
      target: this.target(flags),
      title: `Heap dumps of ${settings.source} (s3://${bucket})`,
    })
    if (shown.length < dumps.length) this.log(` ${dumps.length - shown.length} older ones: --all`)
    return dumps
  }
}
