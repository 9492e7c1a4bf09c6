import {Args, Flags} from '@oclif/core'
import {HeapdumpCommand} from '../../lib/cli/base-command.js'
import {herokuCommand, proposal} from '../../lib/command-line.js'
import {UserError} from '../../lib/errors.js'
import type {StoredDump} from '../../lib/store/store.js'
import {formatAge, formatBytes} from '../../lib/units.js'

export type DeleteResult = {readonly id: string; readonly key: string}

export default class HeapdumpDelete extends HeapdumpCommand {
  static override args = {
    dump: Args.string({description: 'id or key of a dump (see heapdump:list)', ignoreStdin: true, required: true}),
  }

  static override description = 'delete a heap dump from the bucket'

  static override examples = [
    '$ heroku heapdump:delete d7k2mq --app example-app',
    '$ heroku heapdump:delete d7k2mq --confirm d7k2mq --app example-app',
  ]

  static override flags = {
    confirm: Flags.string({
      char: 'c',
      description: 'id of the dump once more, in place of being asked for it',
      helpValue: 'ID',
    }),
  }

  async run(): Promise<DeleteResult> {
    const {args, flags} = await this.parse(HeapdumpDelete)
    const settings = await this.settings(flags)
    const [{openStore}, {findDump}] = await Promise.all([
      import('../../lib/store/open-store.js'),
      import('../../lib/store/find-dump.js'),
    ])
    const store = openStore(settings.vars, settings.source)
    const dump = await findDump(store, args.dump, this.target(flags))
    await this.confirm(dump, flags.confirm)
    await store.remove([dump.key])
    this.log(`Deleted ${dump.id} (${dump.key}).`)
    this.propose(proposal`Next: ${herokuCommand('heapdump:list', [], this.target(flags))}`)
    return {id: dump.id, key: dump.key}
  }

  /** The id has to be typed once more: `latest` may be another dump than the one that was thought of. */
  private async confirm(dump: StoredDump, confirmed: string | undefined): Promise<void> {
    const hint = `Re-run this command with --confirm ${dump.id}`
    let answer = confirmed
    if (answer === undefined) {
      const what = [
        dump.dyno,
        dump.process,
        formatAge(Date.parse(dump.createdAt), Date.now()),
        formatBytes(dump.storedBytes),
      ]
        .filter(Boolean)
        .join(', ')
      if (!process.stdin.isTTY || !process.stderr.isTTY) {
        throw new UserError(`Nobody is there to agree to the deletion of ${dump.id} (${what}).`, {
          code: 'not_confirmed',
          exit: 2,
          hint,
        })
      }

      const {ask} = await import('../../lib/cli/ask.js')
      answer = (await ask(` This deletes ${dump.id} (${what}) for good. To proceed, type ${dump.id}: `)) ?? ''
    }

    if (answer !== dump.id)
      throw new UserError(`${dump.id} was not confirmed; nothing was deleted.`, {code: 'not_confirmed', hint})
  }
}
