// The base of all commands: reads the configuration, and prints results and errors for people or as JSON.
import type {APIClient} from '@heroku-cli/command'
import {Command, Errors, Flags, ux} from '@oclif/core'
import {warningOf} from '../analysis/report/incomplete.js'
import type {DumpFacts} from '../analysis/report/report.js'
import type {NamedDumps} from '../inputs/named-dump.js'
import type {Reading} from '../inputs/open-cached.js'
import {completeCommands, flag, setProgram, type Target} from '../command-line.js'
import {DONE_WITH_WARNING, hintLines, INTERRUPTED, UserError} from '../errors.js'
import type {AppSettings} from '../heroku/app-settings.js'
import {packageFile} from '../package-file.js'
import {printable, printableJson} from '../printable.js'
import type {OnProgress} from '../progress.js'
import {terminalWidth} from '../render/terminal.js'
import {wrapLine} from '../render/wrap-line.js'
import type {ScreenName, ScreenProps} from '../render/screens.js'
import {SCHEMA_VERSION} from '../schema-version.js'
import type {Bucket} from '../store/open-bucket.js'
import type {StoredDump} from '../store/store.js'
import {isUsageError, usageErrorForScripts, usageMessage} from './usage-error.js'

export type SettingsFlags = {
  readonly app?: string | undefined
  readonly env?: string | undefined
  readonly remote?: string | undefined
}

/** The output with --json if a command fails. */
export type ErrorDocument = {
  readonly error: {
    /** A code from docs/json.md, or from the Platform API. */
    readonly code: string
    readonly message: string
    /** What to do; null: unknown. */
    readonly hint: string | null
  }
}

let isOutputOver = false

/** Replaces oclif's listener, which throws with a stack. A closed pipe (EPIPE) is not an error. Every write may fail. */
function endOfOutput({code}: NodeJS.ErrnoException): void {
  if (code === 'EPIPE' || isOutputOver) return
  isOutputOver = true
  process.stderr.write(`Cannot write to stdout: ${code === 'ENOSPC' ? 'no space left on device' : code}.\n`)
  process.exitCode = 1
}

/** Changes the error in place. oclif prints its message or its stack, which both have several lines. */
function withPrintableText<Failure extends Error>(error: Failure): Failure {
  const clean = (text: string) => text.split('\n').map(printable).join('\n')
  // A thrown value may not be an Error.
  error.message = clean(error.message ?? 'unknown error')
  if (error.stack !== undefined) error.stack = clean(error.stack)
  return error
}

export abstract class HeapdumpCommand extends Command {
  static override baseFlags = {
    app: Flags.string({char: 'a', description: 'app to run command against', env: 'HEROKU_APP', helpValue: 'APP'}),
    env: Flags.string({
      description: 'read config vars from a file of NAME=value lines instead of the app',
      helpValue: 'FILE',
    }),
    remote: Flags.string({char: 'r', description: 'git remote of app to use', helpValue: 'REMOTE'}),
  }

  static override enableJsonFlag = true

  /** Set with the settings: Heroku's library is four times the size of oclif, and a local file does not need it. */
  protected heroku!: APIClient
  /** The app of the git remote, if no flag names one. */
  #appOfRemote: string | null = null
  /** The bucket that was opened last; null: none was needed. */
  protected bucket: Bucket | null = null
  /** What is left to do when the output is complete. Its failures must not be errors. */
  readonly #afterOutput: Array<() => Promise<void>> = []
  /** Flags that select the app or file of the configuration, for hints. */
  #target: Target = []

  override async init(): Promise<void> {
    await super.init()
    setProgram(this.config.bin)
    process.stdout.removeAllListeners('error').on('error', endOfOutput)
    // Ink's colors only respect FORCE_COLOR.
    if (process.env.NO_COLOR) process.env.FORCE_COLOR = '0'
  }

  protected override async _run<Result>(): Promise<Result> {
    // oxlint-disable-next-line no-underscore-dangle
    const result = await super._run<Result>()
    for (const work of this.#afterOutput) await work()
    return result
  }

  /** Also with --json, which prints after `run`. */
  protected afterOutput(work: () => Promise<void>): void {
    this.#afterOutput.push(work)
  }

  /** The config vars of the app, or the `--env` file if one is given. */
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
        hint: 'Use --app NAME, or run this in a directory with a Heroku git remote. Without Heroku, use --env FILE.',
      })
    }

    this.#target = flag('--app', app)
    return readAppSettings(this.heroku, app)
  }

  /** The bucket of the configuration. */
  protected async openBucket(flags: SettingsFlags): Promise<Bucket> {
    return this.bucketOf(await this.settings(flags), flags)
  }

  protected async bucketOf(settings: AppSettings, flags: SettingsFlags): Promise<Bucket> {
    const {openBucket} = await import('../store/open-bucket.js')
    return (this.bucket = openBucket(settings, this.target(flags)))
  }

  /** A dump in the bucket, by id, key or `latest`. */
  protected async findStored(name: string, flags: SettingsFlags): Promise<{bucket: Bucket; dump: StoredDump}> {
    const bucket = await this.openBucket(flags)
    const {findDump} = await import('../store/find-dump.js')
    return {bucket, dump: await findDump(bucket.store, name, bucket.target)}
  }

  /** Dumps by file, `-`, id, key or `latest`. Reads the configuration only if one is in the bucket. */
  protected async findDumps(names: readonly [string, ...string[]], flags: SettingsFlags): Promise<NamedDumps> {
    const {findDumps} = await import('../inputs/named-dump.js')
    return findDumps(names, process.stdin, () => this.openBucket(flags), this.target(flags))
  }

  /** How this command reads a dump: from the caches, unless `--no-cache` is given, and loading Ink meanwhile. */
  protected async reading({cache}: {readonly cache: boolean}): Promise<Omit<Reading, 'onProgress'>> {
    const {openCaches} = await import('../inputs/open-cached.js')
    return {
      caches: cache ? await openCaches(this.config) : null,
      // Loading Ink takes as long as reading a small dump, so do both at once.
      onOpen: () => void (this.jsonEnabled() || import('../render/ink/render-screen.js')),
      onReread: () =>
        void (this.jsonEnabled() || this.say('Reading the dump itself: the cache has no string contents.')),
    }
  }

  /** Flags that select the same app or file, for commands that a screen proposes. */
  protected target({app, env}: SettingsFlags): Target {
    const name = app ?? this.#appOfRemote
    if (env !== undefined) return flag('--env', env)
    return name ? flag('--app', name) : []
  }

  /**
   * Results, as lines on stdout. All output goes through `log`, `print`, `say`, `warn` or an error, which make foreign
   * text harmless.
   */
  override log(...lines: readonly string[]): void {
    super.log(lines.map(printable).join('\n'))
  }

  /** Prints a line that proposes a command; null: the command cannot be proposed. */
  protected propose(line: string | null): void {
    if (line !== null) this.log(line)
  }

  /** Prints the final screen of a command, except with `--json`. */
  protected async show<Name extends ScreenName>(name: Name, props: ScreenProps<Name>): Promise<void> {
    if (this.jsonEnabled()) return
    const {drawScreen} = await import('../render/screens.js')
    this.print(await drawScreen(name, props))
  }

  /** Prints a screen that Ink drew from printable text. Its colors are escapes, so `log` would break them. */
  protected print(screen: string): void {
    super.log(screen)
  }

  /** Progress, warnings and advice, as lines on stderr: stdout is for results. A terminal would break within words. */
  protected say(...lines: readonly string[]): void {
    const width = process.stderr.isTTY ? terminalWidth(process.stderr) : null
    const wrapped = width === null ? lines.map(printable) : lines.flatMap(line => wrapLine(line, width))
    process.stderr.write(wrapped.map(line => `${line}\n`).join(''))
  }

  override warn(input: Error | string): Error | string {
    return super.warn(typeof input === 'string' ? printable(input) : withPrintableText(input))
  }

  /** Shows the progress of `run` as a bar on stderr. */
  protected async withProgress<Result>(run: (onProgress: OnProgress) => Promise<Result>): Promise<Result> {
    const {openProgressBar} = await import('../render/progress-bar.js')
    const bar = openProgressBar(process.stderr)
    return run(bar.onProgress).finally(() => bar.close())
  }

  /** Warns, also by exit status, that numbers are lower bounds. */
  protected warnIfTruncated(dump: Pick<DumpFacts, 'gzipFault' | 'truncated'>): void {
    const warning = warningOf(dump)
    if (warning === null) return
    process.exitCode = DONE_WITH_WARNING
    this.warn(warning)
  }

  /** The version of this plugin, not of the CLI that runs it. */
  protected async pluginVersion(): Promise<string> {
    const {readFile} = await import('node:fs/promises')
    const {version} = JSON.parse(await readFile(packageFile('package.json'), 'utf8')) as {
      version: string
    }
    return version
  }

  protected override async catch(error: Errors.CLIError | UserError): Promise<unknown> {
    if (isUsageError(error)) {
      if (this.jsonEnabled()) return this.catch(usageErrorForScripts(error))
      error.message = usageMessage(error)
    }

    if (!(error instanceof UserError)) {
      // With --json, oclif would exit with 1 for every error, including those of the Heroku API.
      process.exitCode = error.oclif?.exit ?? 1
      return super.catch(withPrintableText(error))
    }

    process.exitCode = error.exit
    if (this.jsonEnabled()) {
      this.logJson(this.toErrorJson(error))
      return
    }

    const hint = this.completeHint(error)
    if (error.isWanted) {
      // Whoever pressed Ctrl-C or answered no wanted the command to end. ^C stands on a line without an end.
      const gap = error.exit === INTERRUPTED ? [''] : []
      this.say(...gap, ...[error.message, ...hintLines(hint)].map(line => ` ${line}`))
      return
    }

    throw new Errors.CLIError(hint === null ? error.message : `${error.message}\n${hint}`, {exit: error.exit})
  }

  private completeHint({hint}: UserError): string | null {
    return hint === null ? null : completeCommands(hint, this.#target)
  }

  /** All rows of a large dump can exceed V8's limit for a string. */
  override logJson(json: unknown): void {
    try {
      this.writeJson(json)
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      const tooLong = new UserError('The JSON document would be larger than 512 MB.', {
        code: 'too_long',
        hint: 'Ask for fewer rows: --top N instead of --top 0.',
      })
      process.exitCode = tooLong.exit
      this.writeJson(this.toErrorJson(tooLong))
    }
  }

  /** Adds `schemaVersion` to the document, or to each entry of a list, which has no other place for it. */
  protected override toSuccessJson(result: unknown): unknown {
    const versioned = (value: unknown) => ({schemaVersion: SCHEMA_VERSION, ...(value as object)})
    if (result === undefined) return result
    return Array.isArray(result) ? result.map(versioned) : versioned(result)
  }

  private writeJson(json: unknown): void {
    // `log` prints nothing with --json.
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
  // The Platform API's message, without what the Heroku CLI adds for display.
  const {message, body} = error as {message?: string; body?: {id?: string; message?: string}}
  return {error: {code: body?.id ?? 'error', hint: null, message: body?.message ?? message ?? String(error)}}
}
