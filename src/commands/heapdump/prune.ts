import {Flags} from '@oclif/core'
import {HeapdumpCommand} from '../../lib/cli/base-command.js'
import {flag, proposal} from '../../lib/command-line.js'
import {confirm} from '../../lib/cli/confirm.js'
import type {StoredDump} from '../../lib/store/store.js'
import {dumpsToRemove, summariesToRemove} from '../../lib/store/retention.js'
import {formatBytes} from '../../lib/units.js'

export type PruneResult = {
  readonly removed: readonly StoredDump[]
  /** Old summaries of dumps that are gone. */
  readonly summaries: number
}

const DAY_MS = 86_400_000

export default class HeapdumpPrune extends HeapdumpCommand {
  static override summary = 'delete old heap dumps from the bucket, keeping at least the newest'

  static override examples = [
    '$ heroku heapdump:prune --app example-app --keep 20 --dry-run',
    '$ heroku heapdump:prune --app example-app --days 30 --confirm example-app',
    '$ heroku heapdump:prune --app example-app --keep 10 --days 7',
  ]

  static override flags = {
    confirm: Flags.string({
      description: 'name of the app (or of the --env file), to skip the confirmation prompt',
      helpValue: 'APP',
    }),
    days: Flags.integer({
      atLeastOne: ['days', 'keep'],
      description: 'keep dumps younger than this many days',
      helpValue: 'N',
      max: 36_500,
      min: 1,
    }),
    'dry-run': Flags.boolean({description: 'only show what would be deleted'}),
    keep: Flags.integer({description: 'keep this many of the newest dumps', helpValue: 'N', min: 1}),
  }

  async run(): Promise<PruneResult> {
    const {flags} = await this.parse(HeapdumpPrune)
    const {app, store} = await this.openBucket(flags)
    const retention = {keep: flags.keep ?? null, maxAgeMs: flags.days === undefined ? null : flags.days * DAY_MS}
    const {listSummaries} = await import('../../lib/store/summaries.js')
    const [dumps, listed] = await Promise.all([store.list(), listSummaries(store)])
    const removed = dumpsToRemove(dumps, retention, Date.now())
    const gone = new Set(removed.map(({key}) => key))
    const kept = dumps.filter(({key}) => !gone.has(key))
    const summaries = summariesToRemove(listed, kept, Date.now())
    const size = formatBytes(removed.reduce((sum, dump) => sum + (dump.storedBytes ?? 0), 0))
    const what =
      `${removed.length} of ${dumps.length} dumps, ${size}` +
      (summaries.length === 0 ? '' : `, and ${summaries.length} of ${listed.length} summaries`)
    const result: PruneResult = {removed, summaries: summaries.length}
    const isNothing = removed.length + summaries.length === 0
    for (const dump of removed) this.log(` ${dump.id}  ${dump.createdAt}  ${dump.key}`)
    if (isNothing || flags['dry-run']) {
      this.log(isNothing ? ' Nothing to delete.' : ` Would delete ${what}.`)
      return result
    }

    // The Heroku CLI also asks for the app's name before it destroys something.
    const name = app ?? flags.env ?? ''
    await confirm({
      given: flags.confirm,
      hint: proposal`Run this command again with ${flag('--confirm', name)}`,
      question: ` This permanently deletes ${what}. To proceed, type ${name}: `,
      refused: 'Nothing was deleted.',
      unasked: `Deleting ${what} requires confirmation, but stdin is not a terminal.`,
      word: name,
    })
    await store.remove([...gone, ...summaries.map(one => one.summaryKey)])
    this.log(` Deleted ${what}.`)
    return result
  }
}
