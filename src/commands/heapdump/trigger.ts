import {Flags} from '@oclif/core'
import {type DumpState, type ProcessDump, initialDumpState, reduceDumpState} from '../../lib/agent/dump-state.js'
import {failureHint} from '../../lib/agent/failure-hint.js'
import {describeDump, type Destination, willRedact} from '../../lib/agent/redaction.js'
import {HeapdumpCommand, type SettingsFlags} from '../../lib/cli/base-command.js'
import {confirm} from '../../lib/cli/confirm.js'
import {herokuCommand, proposal} from '../../lib/command-line.js'
import {DONE_WITH_WARNING, UserError} from '../../lib/errors.js'
import {durationFlag} from '../../lib/cli/flags.js'
import type {AppSettings} from '../../lib/heroku/app-settings.js'
import type {ProcessType} from '../../lib/heroku/formation.js'
import type {NotifyConnection} from '../../lib/postgres/notify-connection.js'
import {dumpIdFromKey} from '../../lib/store/dump-key.js'
import {formatDuration} from '../../lib/units.js'

export type TriggerResult = {
  readonly id: string
  readonly dyno: string
  readonly processes: ReadonlyArray<
    Pick<ProcessDump, 'pid' | 'process' | 'state' | 'key' | 'bytes' | 'storedBytes' | 'objects' | 'stallMs'> & {
      readonly error?: {readonly code: string; readonly message: string}
    }
  >
}

type TriggerFlags = SettingsFlags & {
  readonly analyze: boolean
  readonly database?: string
  readonly dyno: string
  readonly dynos?: number
  readonly force: boolean
  readonly 'key-base'?: string
  readonly 'lone-dyno': boolean
  readonly poll?: number
  readonly redact?: boolean
  readonly 'process-type'?: string
  readonly timeout?: number
  readonly trace?: number
  readonly wait: boolean
  readonly yes: boolean
}

export default class HeapdumpTrigger extends HeapdumpCommand {
  static override description = 'dump the heap of every process of a dyno into the bucket'

  static override examples = [
    '$ heroku heapdump:trigger --app example-app',
    '$ heroku heapdump:trigger --app example-app --dyno worker.1 --trace 5m',
    '$ heroku heapdump:trigger --app example-app --yes --analyze',
    '$ heroku heapdump:trigger --env .env --yes --json',
    '$ heroku heapdump:trigger --app example-app --lone-dyno',
  ]

  static override flags = {
    analyze: Flags.boolean({description: 'analyze the first dump when it is stored', exclusive: ['json']}),
    database: Flags.string({
      description: 'attachment or config var of the database to send through',
      helpValue: 'NAME',
    }),
    dyno: Flags.string({default: 'web.1', description: 'dyno to dump', helpValue: 'web.1'}),
    dynos: Flags.integer({dependsOn: ['lone-dyno'], description: 'the "dynos" given to the_lone_dyno', min: 1}),
    force: Flags.boolean({
      description: 'dump although the agent sees no room for it, or the last dump was a moment ago',
      exclusive: ['lone-dyno'],
    }),
    'key-base': Flags.string({
      dependsOn: ['lone-dyno'],
      description: 'the "key_base" given to the_lone_dyno',
    }),
    'lone-dyno': Flags.boolean({description: 'speak to an app that runs the gem the_lone_dyno instead of our agent'}),
    poll: durationFlag({dependsOn: ['lone-dyno'], description: 'the "sleep" given to the_lone_dyno', max: 3600}),
    'process-type': Flags.string({
      dependsOn: ['lone-dyno'],
      description: 'the "process_type" given to the_lone_dyno',
    }),
    redact: Flags.boolean({
      allowNo: true,
      description:
        'replace the values of strings by hashes before the dump leaves the dyno (the default; HEAPDUMP_REDACT)',
      exclusive: ['lone-dyno'],
    }),
    timeout: durationFlag({
      description: 'how long to wait for an answer (20s; for dumps of a lone dyno 5m)',
      max: 3600,
    }),
    trace: durationFlag({
      description: 'first record for this long where objects are allocated',
      exclusive: ['lone-dyno'],
      max: 3600,
    }),
    wait: Flags.boolean({allowNo: true, default: true, description: 'watch until the dumps are stored'}),
    yes: Flags.boolean({char: 'y', description: 'do not ask'}),
  }

  /** Ctrl-C ends the watching, never the dump. A second one ends everything, as usual. */
  private readonly interrupted = new AbortController()

  /** Stays a listener after the first signal: Ink's own ends the process when it finds itself alone. */
  private readonly stopWatching = (): void => {
    if (this.interrupted.signal.aborted) {
      process.removeListener('SIGINT', this.stopWatching)
      process.kill(process.pid, 'SIGINT')
    }

    this.interrupted.abort()
  }

  async run(): Promise<TriggerResult | undefined> {
    const {flags} = await this.parse(HeapdumpTrigger)
    process.on('SIGINT', this.stopWatching)
    try {
      return await this.trigger(flags)
    } finally {
      process.removeListener('SIGINT', this.stopWatching)
    }
  }

  private async trigger(flags: TriggerFlags): Promise<TriggerResult | undefined> {
    const settings = await this.settings(flags)
    const [{readBucketSettings, travelsInPlain}, {findDatabase}] = await Promise.all([
      import('../../lib/store/bucket-settings.js'),
      import('../../lib/heroku/database.js'),
    ])
    const bucketSettings = readBucketSettings(settings.vars, settings.source)
    // The gem of a lone dyno knows no redaction.
    const redact = !flags['lone-dyno'] && willRedact(settings.vars, flags.redact)
    const processType = await this.advise(settings, flags)
    const database = await findDatabase(settings, this.heroku, flags.database)
    try {
      const {bucket, endpoint} = bucketSettings
      const encryption = settings.vars.HEAPDUMP_ENCRYPTION
      await this.confirm({bucket, encryption, endpoint, inPlain: travelsInPlain(bucketSettings)}, redact, flags)
      const {NotifyConnection} = await import('../../lib/postgres/notify-connection.js')
      const connection = await NotifyConnection.open(database.address)
      try {
        if (flags['lone-dyno']) return await this.dumpLoneDyno(connection, settings, flags)
        return await this.dump(connection, settings, {...flags, redact}, processType)
      } finally {
        await connection.close()
      }
    } finally {
      database.close()
    }
  }

  /** What the formation says about the wisdom of a dump, on stderr. Advice that can't be had stops nobody. */
  private async advise(settings: AppSettings, flags: TriggerFlags): Promise<ProcessType | null> {
    if (settings.app === null) return null
    try {
      const {adviseBeforeDump, readProcessType} = await import('../../lib/heroku/formation.js')
      const dyno = flags['lone-dyno'] ? `${flags['process-type'] ?? 'web'}.1` : flags.dyno
      const processType = await readProcessType(this.heroku, settings.app, dyno)
      for (const line of adviseBeforeDump(processType, dyno, settings.app)) this.say(` ${line}`)
      return processType
    } catch {
      return null
    }
  }

  /** The one question. Scripts answer it beforehand with --yes. */
  private async confirm(destination: Destination, redact: boolean, flags: TriggerFlags): Promise<void> {
    for (const line of describeDump(redact, destination)) this.say(` ${line}`)
    if (flags.trace) this.say(` Tracing slows ${flags.dyno} to about a third for ${formatDuration(flags.trace)}.`)
    await confirm({
      given: flags.yes,
      question: ' Continue? (y/N) ',
      refused: 'Nothing was sent.',
      signal: this.interrupted.signal,
    })
  }

  private async dump(
    connection: NotifyConnection,
    settings: AppSettings,
    flags: TriggerFlags,
    processType: ProcessType | null,
  ): Promise<TriggerResult | undefined> {
    const [{requestDump}, {newRequestId}, {openTriggerView}, {requireSecret}] = await Promise.all([
      import('../../lib/agent/request-dump.js'),
      import('../../lib/protocol/ids.js'),
      import('../../lib/render/trigger-view.js'),
      import('../../lib/protocol/secret.js'),
    ])
    const id = newRequestId()
    const startedAt = Date.now()
    let state = initialDumpState
    const view = await openTriggerView({app: settings.app, dyno: flags.dyno, initial: state, stream: process.stderr})
    try {
      const events = requestDump(connection, {
        answerTimeoutMs: (flags.timeout ?? 20) * 1000,
        dyno: flags.dyno,
        force: flags.force,
        id,
        redact: flags.redact,
        quotaBytes: processType?.quotaBytes ?? null,
        secret: requireSecret(settings),
        signal: this.interrupted.signal,
        target: this.target(flags),
        traceSeconds: flags.trace ?? 0,
      })
      for await (const event of events) {
        const before = state
        state = reduceDumpState(state, event)
        view.update(state)
        if (state.accepted && !before.accepted) await this.warnOnMemory(state, flags.dyno, processType)
        if (state.accepted && !flags.wait) break
      }
    } catch (error) {
      view.close()
      if (!(error instanceof UserError) || error.code !== 'no_agent') throw error
      const {explainNoAgent, readArmingFacts} = await import('../../lib/heroku/arming.js')
      const hint = explainNoAgent(await readArmingFacts(settings, this.heroku), flags.dyno, this.target(flags))
      throw new UserError(error.message, {code: error.code, hint})
    }

    view.close()
    return this.conclude(id, state, (Date.now() - startedAt) / 1000, flags)
  }

  private async warnOnMemory({processes}: DumpState, dyno: string, processType: ProcessType | null): Promise<void> {
    const {adviseOnMemory} = await import('../../lib/heroku/formation.js')
    const sizes = processes.map(one => one.rssBytes ?? 0)
    const total = sizes.reduce((sum, size) => sum + size, 0)
    const advice = adviseOnMemory(total, Math.max(0, ...sizes), processType?.quotaBytes ?? null, dyno)
    if (advice !== null) this.say(` ${advice}`)
  }

  private async conclude(
    id: string,
    state: DumpState,
    seconds: number,
    flags: TriggerFlags,
  ): Promise<TriggerResult | undefined> {
    const {dyno} = flags
    const result: TriggerResult = {
      dyno,
      id,
      processes: state.processes.map(({pid, process, state: at, key, bytes, storedBytes, objects, stallMs, error}) => ({
        bytes,
        key,
        objects,
        pid,
        process,
        stallMs,
        state: at,
        storedBytes,
        ...(error === null ? {} : {error}),
      })),
    }
    const next = proposal` Next: ${herokuCommand('heapdump:list', [], this.target(flags))}`
    if (state.refused !== null) {
      const {code, message} = state.refused
      throw new UserError(`${dyno}: ${message}`, {code, hint: failureHint(code, {dyno, target: this.target(flags)})})
    }

    if (this.interrupted.signal.aborted) {
      const sent = state.accepted ? 'the dump goes on in the dyno.' : `the request was sent; ${dyno} may still dump.`
      this.sayNext(['', ` Stopped watching: ${sent}`], next)
      process.exitCode = 130
      return result
    }

    if (!state.done) {
      this.sayNext(
        [` ${dyno} is dumping ${state.processes.length === 1 ? 'a process' : `${state.processes.length} processes`}.`],
        next,
      )
      return result
    }

    const finished = state.processes.filter(one => one.state === 'finished')
    if (finished.length === 0) {
      const [first] = state.processes
      throw new UserError(`No dump of ${dyno} was stored: ${first?.error?.message ?? 'it has no process to dump'}.`, {
        code: first?.error?.code ?? 'no_process',
        hint: failureHint(first?.error?.code, {dyno, target: this.target(flags)}),
      })
    }

    if (finished.length < state.processes.length) process.exitCode = DONE_WITH_WARNING
    const rows = state.processes.map(one => ({...one, dumpId: one.key === null ? null : dumpIdFromKey(one.key)}))
    await this.show('TriggerResult', {dyno, rows, seconds, target: this.target(flags)})
    if (flags.analyze) await this.analyze(finished[0].key ?? 'latest', flags)
    return result
  }

  private async analyze(key: string, flags: TriggerFlags): Promise<void> {
    // There is nothing to watch any more: Ctrl-C ends the analysis.
    process.removeListener('SIGINT', this.stopWatching)
    await this.config.runCommand('heapdump:analyze', [...this.target(flags), '--', key])
  }

  private async dumpLoneDyno(
    connection: NotifyConnection,
    settings: AppSettings,
    flags: TriggerFlags,
  ): Promise<TriggerResult | undefined> {
    const [{LONE_DYNO_DEFAULTS, notifyLoneDynos, watchForDumps}, {openBucket}] = await Promise.all([
      import('../../lib/agent/lone-dyno.js'),
      import('../../lib/store/open-bucket.js'),
    ])
    const {store} = openBucket(settings, [])
    const listKeys = async () => (await store.list()).filter(dump => dump.complete).map(dump => dump.key)
    const known = new Set(await listKeys())
    const options = {
      dynos: flags.dynos ?? LONE_DYNO_DEFAULTS.dynos,
      keyBase: flags['key-base'] ?? LONE_DYNO_DEFAULTS.keyBase,
      processType: flags['process-type'] ?? LONE_DYNO_DEFAULTS.processType,
    }
    await notifyLoneDynos(connection, options)
    this.say(
      ` Sent to ${options.dynos} ${options.processType} ${options.dynos === 1 ? 'dyno' : 'dynos'}. The gem looks for messages every ${formatDuration(flags.poll ?? 60)}; waiting for dumps in the bucket.`,
    )
    const result = {dyno: `${options.processType}.1`, id: 'lone-dyno', processes: []} as const
    if (!flags.wait) return result
    const keys = await watchForDumps({
      known,
      listKeys,
      onNewKey: key => this.say(` stored ${key}`),
      pollMs: (flags.poll ?? 60) * 1000,
      signal: this.interrupted.signal,
      timeoutMs: (flags.timeout ?? 300) * 1000,
    })
    if (this.interrupted.signal.aborted) {
      this.sayNext(
        ['', ' Stopped watching: the app may still dump.'],
        proposal` Next: ${herokuCommand('heapdump:list', [], this.target(flags))}`,
      )
      process.exitCode = 130
    } else if (keys.length === 0) {
      throw new UserError(`No dump appeared in the bucket within ${formatDuration(flags.timeout ?? 300)}.`, {
        code: 'no_agent',
        hint: [
          'Does the app run TheLoneDyno.exclusive with the same process_type and key_base, on a dyno that was started since?',
          'One exception in its block ends that listener for good: heroku ps:restart, and look at the logs.',
        ],
      })
    }

    const dumps = (await store.list()).filter(dump => keys.includes(dump.key))
    if (keys.length > 0) {
      this.log(` ${keys.length === 1 ? '1 dump' : `${keys.length} dumps`}.`)
      this.propose(proposal` Next: ${herokuCommand('heapdump:analyze', [dumps[0].id], this.target(flags))}`)
    }

    if (keys.length > 0 && flags.analyze) await this.analyze(keys[0], flags)
    return {
      ...result,
      processes: dumps.map(({pid, key, bytes, storedBytes}) => ({
        bytes,
        key,
        objects: null,
        pid: pid ?? 0,
        process: 'unknown',
        stallMs: null,
        state: 'finished',
        storedBytes,
      })),
    }
  }

  private sayNext(lines: readonly string[], next: string | null): void {
    this.say(...lines, ...(next === null ? [] : [next]))
  }
}
