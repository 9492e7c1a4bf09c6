import {Flags} from '@oclif/core'
import {HeapdumpCommand} from '../../lib/cli/base-command.js'
import {herokuCommand, proposal} from '../../lib/command-line.js'
import {confirm} from '../../lib/cli/confirm.js'
import {storedDumpArg} from '../../lib/cli/dump-args.js'
import {PARQUET_PREFIX, parquetOf} from '../../lib/store/parquet-key.js'
import {summaryKey} from '../../lib/store/summary-key.js'
import {formatAge, formatBytes} from '../../lib/units.js'

export type DeleteResult = {readonly id: string; readonly key: string}

export default class HeapdumpDelete extends HeapdumpCommand {
  static override args = {
    dump: storedDumpArg({required: true}),
  }

  static override summary = 'delete a heap dump from the bucket'

  static override examples = [
    '$ heroku heapdump:delete d7k2mq --app example-app',
    '$ heroku heapdump:delete d7k2mq --confirm d7k2mq --app example-app',
  ]

  static override flags = {
    confirm: Flags.string({
      char: 'c',
      description: 'dump id, to skip the confirmation prompt',
      helpValue: 'ID',
    }),
  }

  async run(): Promise<DeleteResult> {
    const {args, flags} = await this.parse(HeapdumpDelete)
    const {bucket, dump} = await this.findStored(args.dump, flags)
    const {createdAt, dyno, id, process: role, storedBytes} = dump
    const age = formatAge(Date.parse(createdAt), Date.now())
    const what = `${id} (${[dyno, role, age, formatBytes(storedBytes)].filter(Boolean).join(', ')})`
    // The person types the id: `latest` may not be the dump they had in mind.
    await confirm({
      given: flags.confirm,
      hint: `Run this command again with --confirm ${id}`,
      question: ` This permanently deletes ${what}. To proceed, type ${id}: `,
      refused: 'Nothing was deleted.',
      unasked: `Deleting ${what} requires confirmation, but stdin is not a terminal.`,
      word: id,
    })
    const summary = summaryKey(dump.key)
    const exported = parquetOf(await bucket.store.listObjects(PARQUET_PREFIX), dump)
    await bucket.store.remove([dump.key, ...(summary === null ? [] : [summary]), ...exported.map(({key}) => key)])
    this.log(`Deleted ${dump.id} (${dump.key}).`)
    this.propose(proposal`Next: ${herokuCommand('heapdump:list', [], bucket.target)}`)
    return {id: dump.id, key: dump.key}
  }
}
