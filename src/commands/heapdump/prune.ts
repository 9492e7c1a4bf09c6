import {Flags} from '@oclif/core'
import {HeapdumpCommand} from '../../lib/cli/base-command.js'
import {flag, proposal} from '../../lib/command-line.js'
import {confirm} from '../../lib/cli/confirm.js'
import type {StoredDump} from '../../lib/store/store.js'
import {formatBytes, formatCounted} from '../../lib/units.js'

export type PruneResult = {
  readonly removed: readonly StoredDump[]
  /** Old summaries of dumps that are gone. */
  readonly summaries: number
  /** Parquet files of dumps that are gone. */
  readonly exported: number
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
    const {findRemovable} = await import('../../lib/store/find-removable.js')
    const {dumps, exported, keys, listed, summaries} = await findRemovable(store, retention, Date.now())
    const size = formatBytes([...dumps, ...exported].reduce((sum, {storedBytes}) => sum + (storedBytes ?? 0), 0))
    const what =
      `${dumps.length} of ${listed.dumps} dumps, ${size}` +
      (summaries.length === 0 ? '' : `, and ${summaries.length} of ${listed.summaries} summaries`) +
      (exported.length === 0 ? '' : `, and ${formatCounted(exported.length, 'exported file')}`)
    const result: PruneResult = {exported: exported.length, removed: dumps, summaries: summaries.length}
    const isNothing = keys.length === 0
    for (const dump of dumps) this.log(` ${dump.id}  ${dump.createdAt}  ${dump.key}`)
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
    await store.remove(keys)
    this.log(` Deleted ${what}.`)
    return result
  }
}
