// Apps that run the the_lone_dyno gem with the code of its author's article: what they listen for, and how to detect
// that they answered. They send no reply; the dumps that appear in the bucket are the answer.
import {setTimeout as sleep} from 'node:timers/promises'
import {UserError} from '../errors.js'
import type {NotifyConnection} from '../postgres/notify-connection.js'

export type LoneDynoOptions = {
  readonly processType: string
  readonly keyBase: string
  /** The `dynos:` given to the gem: the first N dynos of the type. */
  readonly dynos: number
}

export const LONE_DYNO_DEFAULTS: LoneDynoOptions = {
  dynos: 1,
  keyBase: 'the_lone_dyno_hi_ho_silver',
  processType: 'web',
}

/** The channels that the gem LISTENs on, `web_1the_lone_dyno_hi_ho_silver`. */
function loneDynoChannels({processType, keyBase, dynos}: LoneDynoOptions): string[] {
  // The gem does not quote the name in LISTEN, so Postgres folds its case, cuts it at a space and rejects a hyphen.
  for (const [flag, text] of [
    ['--process-type', processType],
    ['--key-base', keyBase],
  ] as const) {
    if (!/^[a-z0-9_.]+$/.test(text)) {
      throw new UserError(
        `${flag} ${JSON.stringify(text)} does not work with the_lone_dyno, which accepts only a-z, 0-9, dots and _.`,
        {
          code: 'lone_dyno_name',
          exit: 2,
          hint: [
            'Give the gem a key_base of lower-case letters, digits and underscores.',
            'It cannot listen for other names, nor on dynos of the Fir generation.',
          ],
        },
      )
    }
  }

  return Array.from({length: dynos}, (_, index) => `${processType}.${index + 1}${keyBase}`.replaceAll('.', '_'))
}

/** Tells every lone dyno to dump. The payload must not be empty, which would crash the gem's listener. */
export async function notifyLoneDynos(connection: NotifyConnection, options: LoneDynoOptions): Promise<void> {
  for (const channel of loneDynoChannels(options)) await connection.notify(channel, 'heroku heapdump:trigger')
}

export type WatchOptions = {
  /** Keys that existed before the NOTIFY. */
  readonly known: ReadonlySet<string>
  readonly listKeys: () => Promise<readonly string[]>
  /** How often the gem polls for messages; each Puma worker polls on its own schedule. */
  readonly pollMs: number
  readonly timeoutMs: number
  readonly onNewKey: (key: string) => void
  readonly signal: AbortSignal
}

const LOOK_MS = 2000

/**
 * Watches the bucket until no new dump has come for a little more than one poll of the gem, or `timeoutMs` is over, or
 * `signal` aborts. Returns the new keys in order of appearance: the gem never tells how many there will be.
 */
export async function watchForDumps(options: WatchOptions): Promise<string[]> {
  const seen = new Set(options.known)
  const found: string[] = []
  const deadline = Date.now() + options.timeoutMs
  let quietUntil = deadline
  while (!options.signal.aborted && Date.now() < Math.min(deadline, quietUntil)) {
    const fresh = (await options.listKeys()).filter(key => !seen.has(key))
    for (const key of fresh) {
      seen.add(key)
      found.push(key)
      options.onNewKey(key)
    }

    if (fresh.length > 0) quietUntil = Date.now() + options.pollMs + 5000
    try {
      await sleep(Math.min(LOOK_MS, options.pollMs), null, {signal: options.signal})
    } catch {
      // Aborted.
    }
  }

  return found
}
