// What all commands share: where the configuration comes from, `--json`, and how an error reaches a person or a script.
import type {APIClient} from '@heroku-cli/command'
import {Command, Errors, Flags, ux} from '@oclif/core'
import {warningOf} from '../analysis/report/incomplete.js'
import type {DumpFacts} from '../analysis/report/report.js'
import type {NamedDumps} from '../inputs/named-dump.js'
import {completeCommands, flag, setProgram, type Target} from '../command-line.js'
import {DONE_WITH_WARNING, UserError} from '../errors.js'
import type {AppSettings} from '../heroku/app-settings.js'
import {packageFile} from '../package-file.js'
import {printable, printableJson} from '../printable.js'
import type {OnProgress} from '../progress.js'
import type {ScreenName, ScreenProps} from '../render/screens.js'
import {SCHEMA_VERSION} from '../schema-version.js'
import type {Bucket} from '../store/open-bucket.js'
import type {StoredDump} from '../store/store.js'

export type SettingsFlags = {
  readonly app?: string | undefined
  readonly env?: string | undefined
  readonly remote?: string | undefined
}

/** What is printed with --json in place of a result. */
export type ErrorDocument = {
  readonly error: {
    /** One of docs/json.md, or the Platform API's own. */
    readonly code: string
    readonly message: string
    /** What to do; null: nothing that we know of. */
    readonly hint: string | null
  }
}

/** A disk that is full; that nobody reads on is no error. oclif's own listener throws, with a stack. */
function endOfOutput({code}: NodeJS.ErrnoException): void {
  if (code === 'EPIPE') return
  process.stderr.write(
    `Standard output can not be written to: ${code === 'ENOSPC' ? 'there is no space left' : code}.\n`,
  )
  process.exitCode = 1
}

/** The same error: oclif prints its message or its stack, both of several lines of its own. */
function withPrintableText<Failure extends Error>(error: Failure): Failure {
  const clean = (text: string) => text.split('\n').map(printable).join('\n')
  // What is thrown may be no error at all.
  error.message = clean(error.message ?? 'unknown error')
  if (error.stack !== undefined) error.stack = clean(error.stack)
  return error
}

export abstract class HeapdumpCommand extends Command {
  static override baseFlags = {
    app: Flags.string({char: 'a', description: 'app to run command against', env: 'HEROKU_APP', helpValue: 'APP'}),
    env: Flags.string({
      description: "read the configuration from NAME=value lines, not from an app's config vars",
      helpValue: 'FILE',
    }),
    remote: Flags.string({char: 'r', description: 'git remote of app to use', helpValue: 'REMOTE'}),
  }

  static override enableJsonFlag = true

  /** Of the Platform API, once there are settings. Heroku's library is four times oclif, and a local file needs nothing of it. */
  protected heroku!: APIClient
  /** The app that a git remote names, where no flag does. */
  #appOfRemote: string | null = null
  /** Flags that select the app or file of the configuration, for hints. */
  #target: Target = []

  override async init(): Promise<void> {
    await super.init()
    setProgram(this.config.bin)
    process.stdout.removeAllListeners('error').on('error', endOfOutput)
    // Ink's colours know this name only.
    if (process.env.NO_COLOR) process.env.FORCE_COLOR = '0'
  }

  /** Config vars of the app, or of the `--env` file when one is given. */
  protected async settings({app: named, env, remote}: SettingsFlags): Promise<AppSettings> {
    const [{readAppSettings, readEnvFile}, {appOfRemote, openHeroku}] = await Promise.all([
      import('../heroku/app-settings.js'),
      import('../heroku/open-heroku.js'),
    ])
    this.heroku = openHeroku(this.config)
    if (env !== undefined) {
      this.#target = this.target({env})
      return readEnvFile(env)
    }

    const app = named ?? (this.#appOfRemote = await appOfRemote(remote))
    if (!app) {
      throw new UserError('No app given.', {
        code: 'no_app',
        exit: 2,
        hint: 'Use --app NAME (or run this in a directory whose git remote is the app), or --env FILE for a database and a bucket without Heroku.',
      })
    }

    this.#target = flag('--app', app)
    return readAppSettings(this.heroku, app)
  }

  /** The bucket that the configuration names. */
  protected async openBucket(flags: SettingsFlags): Promise<Bucket> {
    return this.bucketOf(await this.settings(flags), flags)
  }

  protected async bucketOf(settings: AppSettings, flags: SettingsFlags): Promise<Bucket> {
    const {openBucket} = await import('../store/open-bucket.js')
    return openBucket(settings, this.target(flags))
  }

  /** The dump of the bucket that an id, a key or `latest` means. */
  protected async findStored(name: string, flags: SettingsFlags): Promise<{bucket: Bucket; dump: StoredDump}> {
    const bucket = await this.openBucket(flags)
    const {findDump} = await import('../store/find-dump.js')
    return {bucket, dump: await findDump(bucket.store, name, bucket.target)}
  }

  /** The dumps that arguments name: files, `-`, or ids and keys of the bucket. The configuration is read only for the last. */
  protected async findDumps(names: readonly [string, ...string[]], flags: SettingsFlags): Promise<NamedDumps> {
    const {findDumps} = await import('../inputs/named-dump.js')
    return findDumps(names, process.stdin, () => this.openBucket(flags))
  }

  /** The flags that name the same app or file again, for a command that a screen proposes. */
  protected target({app, env}: SettingsFlags): Target {
    const name = app ?? this.#appOfRemote
    if (env !== undefined) return flag('--env', env)
    return name ? flag('--app', name) : []
  }

  /** Results: lines on stdout. All that a command prints goes through here, `print`, `say`, `warn` or an error: what is foreign in it is harmless. */
  override log(...lines: readonly string[]): void {
    super.log(lines.map(printable).join('\n'))
  }

  /** A line that proposes a command, if it can be proposed. */
  protected propose(line: string | null): void {
    if (line !== null) this.log(line)
  }

  /** The screen that a command ends with. Under `--json` nobody looks. */
  protected async show<Name extends ScreenName>(name: Name, props: ScreenProps<Name>): Promise<void> {
    if (this.jsonEnabled()) return
    const {drawScreen} = await import('../render/screens.js')
    this.print(await drawScreen(name, props))
  }

  /** A screen, drawn by Ink from texts that are printable already: its colours are escapes. */
  protected print(screen: string): void {
    super.log(screen)
  }

  /** Progress, warnings and advice: lines on stderr, so that stdout is the result alone. */
  protected say(...lines: readonly string[]): void {
    process.stderr.write(lines.map(line => `${printable(line)}\n`).join(''))
  }

  override warn(input: Error | string): Error | string {
    return super.warn(typeof input === 'string' ? printable(input) : withPrintableText(input))
  }

  /** Runs something that says how far it is, with a bar on stderr. */
  protected async withProgress<Result>(run: (onProgress: OnProgress) => Promise<Result>): Promise<Result> {
    const {openProgressBar} = await import('../render/progress-bar.js')
    const bar = openProgressBar(process.stderr)
    return run(bar.onProgress).finally(() => bar.close())
  }

  /** A script must see that numbers are lower bounds. */
  protected warnIfTruncated(dump: Pick<DumpFacts, 'gzipFault' | 'truncated'>): void {
    const warning = warningOf(dump)
    if (warning === null) return
    process.exitCode = DONE_WITH_WARNING
    this.warn(warning)
  }

  /** Of this plugin, whoever runs it. */
  protected async pluginVersion(): Promise<string> {
    const {readFile} = await import('node:fs/promises')
    const {version} = JSON.parse(await readFile(packageFile('package.json'), 'utf8')) as {
      version: string
    }
    return version
  }

  protected override async catch(error: Errors.CLIError): Promise<unknown> {
    if (!(error instanceof UserError)) {
      // Under --json oclif would exit 1 for everything, what the Heroku API refused included.
      process.exitCode = error.oclif?.exit ?? 1
      return super.catch(withPrintableText(error))
    }

    process.exitCode = error.exit
    if (this.jsonEnabled()) {
      this.logJson(this.toErrorJson(error))
      return
    }

    const hint = this.completeHint(error)
    throw new Errors.CLIError(hint === null ? error.message : `${error.message}\n${hint}`, {exit: error.exit})
  }

  private completeHint({hint}: UserError): string | null {
    return hint === null ? null : completeCommands(hint, this.#target)
  }

  /** All rows of a large dump are more than the longest text that there can be. */
  override logJson(json: unknown): void {
    try {
      this.writeJson(json)
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      const tooLong = new UserError('So many rows do not fit into one JSON document (512 MB).', {
        code: 'too_long',
        hint: 'Ask for fewer: --top N in place of --top 0.',
      })
      process.exitCode = tooLong.exit
      this.writeJson(this.toErrorJson(tooLong))
    }
  }

  /** A list has it in each entry: it was one before there were versions. */
  protected override toSuccessJson(result: unknown): unknown {
    const versioned = (value: unknown) => ({schemaVersion: SCHEMA_VERSION, ...(value as object)})
    if (result === undefined) return result
    return Array.isArray(result) ? result.map(versioned) : versioned(result)
  }

  private writeJson(json: unknown): void {
    // Not by `log`, which is silent under --json.
    ux.stdout(printableJson(JSON.stringify(json, null, 2)))
  }

  protected override toErrorJson(error: unknown): ErrorDocument & {readonly schemaVersion: number} {
    const {error: known} = errorDocument(error)
    const hint = known.hint === null ? null : completeCommands(known.hint, this.#target)
    return {schemaVersion: SCHEMA_VERSION, error: {...known, hint}}
  }
}

function errorDocument(error: unknown): ErrorDocument {
  if (error instanceof UserError) return {error: {code: error.code, hint: error.hint, message: error.message}}
  // The Platform API's own words, without what the Heroku CLI adds for the eye.
  const {message, body} = error as {message?: string; body?: {id?: string; message?: string}}
  return {error: {code: body?.id ?? 'error', hint: null, message: body?.message ?? message ?? String(error)}}
}
