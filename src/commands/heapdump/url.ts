import {HeapdumpCommand} from '../../lib/cli/base-command.js'
import {storedDumpArg} from '../../lib/cli/dump-args.js'
import {durationFlag} from '../../lib/cli/flags.js'
import {formatDuration} from '../../lib/units.js'

export type UrlResult = {readonly key: string; readonly url: string; /** ISO 8601. */ readonly expiresAt: string}

const MINUTE = 60
/** A leaked URL should not stay valid for long. */
const LONGEST_SECONDS = 60 * MINUTE

export default class HeapdumpUrl extends HeapdumpCommand {
  static override args = {
    dump: storedDumpArg({default: 'latest'}),
  }

  static override summary = 'print a temporary download URL for a heap dump'

  static override examples = [
    '$ heroku heapdump:url --app example-app',
    '$ curl -o heap.json.gz "$(heroku heapdump:url --expires 5m --app example-app)"',
  ]

  static override flags = {
    expires: durationFlag({
      default: 10 * MINUTE,
      description: 'how long the URL is valid, at most 1h',
      max: LONGEST_SECONDS,
    }),
  }

  async run(): Promise<UrlResult> {
    const {args, flags} = await this.parse(HeapdumpUrl)
    const {bucket, dump} = await this.findStored(args.dump, flags)
    const {presignedUrl} = await import('../../lib/store/presign.js')
    const now = new Date()
    const url = await presignedUrl(bucket.settings, dump.key, flags.expires, now)
    const contents = dump.redacted ? 'the dump, redacted' : 'every string of the app, in plain text'
    this.say(` For ${formatDuration(flags.expires)}, anyone with this URL can download ${contents}.`)
    this.log(url)
    return {expiresAt: new Date(now.getTime() + flags.expires * 1000).toISOString(), key: dump.key, url}
  }
}
