import {Args, Errors, Flags} from '@oclif/core'
import {basename, join} from 'node:path'
import type {FailOn} from '../../lib/analysis/report/fail-on.js'
import type {MemoryNode} from '../../lib/analysis/browse/memory-tree.js'
import type {AnalysisReport, ReportOptions} from '../../lib/analysis/report/report.js'
import {SECTIONS} from '../../lib/analysis/report/sections.js'
import {DONE_WITH_WARNING, HeapdumpCommand} from '../../lib/cli/base-command.js'
import type {ReportCache} from '../../lib/cache/report-cache.js'
import type {NamedDump} from '../../lib/inputs/named-dump.js'
import {failOnFlag} from '../../lib/cli/flags.js'
import {drawFirstPage} from '../../lib/render/first-page.js'
import {nextAfter} from '../../lib/render/next-after.js'
import {formatBytes} from '../../lib/units.js'

/** Rows a table where --top says nothing: a screen for people, more for scripts. */
const TOP_ON_SCREEN = 10
const TOP_OF_SECTION = 25
const TOP_IN_JSON = 100
/** At most, whatever --top says: a page of more rows is slow to open and nobody's to read. */
const TOP_IN_HTML = 200
/** Boxes in the map of an HTML report: 100 bytes each. */
const MAP = {depth: 28, nodes: 1500}

const generationFlag = Flags.custom<number | null>({
  helpValue: 'N|nil',
  async parse(text) {
    if (text === 'nil') return null
    if (/^\d{1,9}$/.test(text)) return Number(text)
    throw new Errors.CLIError(`--generation ${text}: write a number, or nil for objects that were not traced.`, {
      exit: 2,
    })
  },
})

type ClearedCache = {
  /** Reports that were in the cache. */
  readonly cleared: number
}

export default class HeapdumpAnalyze extends HeapdumpCommand {
  static override args = {
    dump: Args.string({
      default: 'latest',
      description: 'a dump: a file (.gz too), - for standard input, an id or key of the bucket',
      ignoreStdin: true,
    }),
  }

  static override description = 'analyze a heap dump: what is in memory, since when, from which lines of code'

  static override examples = [
    '$ heroku heapdump:analyze --app example-app',
    '$ heroku heapdump:analyze d7k2mq --app example-app',
    '$ heroku heapdump:analyze heap.json.gz',
    '$ heroku heapdump:analyze heap.json --top 0 --json',
    '$ heroku heapdump:analyze d7k2mq --app example-app --html report.html',
    '$ heroku heapdump:analyze heap.json --format markdown --fail-on high',
    '$ heroku heapdump:analyze heap.json --section retainers',
    '$ heroku heapdump:analyze heap.json --class Order --section sites',
    '$ cat heap.json | heroku heapdump:analyze - --generation nil',
  ]

  static override flags = {
    class: Flags.string({description: 'only instances of this class', helpValue: 'NAME'}),
    cache: Flags.boolean({
      allowNo: true,
      default: true,
      description: 'take the report of a dump that was analyzed before from the cache, and keep it there',
    }),
    'clear-cache': Flags.boolean({
      description: 'forget the reports of all dumps that were analyzed, and do nothing else',
    }),
    'fail-on': failOnFlag({
      description:
        'exit 3 if there is a suspect of this severity or a higher one, or one that retains this much (50MB)',
    }),
    force: Flags.boolean({char: 'f', dependsOn: ['html'], description: 'write over a file that is there'}),
    format: Flags.string({
      default: 'text',
      description: 'markdown: for a pull request; json: the same as --json',
      options: ['text', 'markdown', 'json'],
    }),
    generation: generationFlag({description: 'only objects allocated in this generation (nil: not traced)'}),
    html: Flags.string({
      description: 'write a report to share, one file that a browser opens without network',
      helpValue: 'FILE',
    }),
    section: Flags.option({description: 'one part of the report by itself', options: SECTIONS})(),
    'show-values': Flags.boolean({
      description: 'show texts of strings, which may be secrets, with --verbose, --html and --format markdown',
    }),
    site: Flags.string({description: 'only objects allocated at this line of code', helpValue: 'FILE:LINE'}),
    verbose: Flags.boolean({description: 'all evidence, and the tables'}),
    top: Flags.integer({
      description: `rows a table, 0 = all (${TOP_ON_SCREEN}; of a section ${TOP_OF_SECTION}; with --json ${TOP_IN_JSON})`,
      min: 0,
    }),
  }

  /** `--format json` is `--json`. */
  override jsonEnabled(): boolean {
    const end = this.argv.indexOf('--')
    const argv = end === -1 ? this.argv : this.argv.slice(0, end)
    return (
      super.jsonEnabled() ||
      argv.includes('--format=json') ||
      argv.some((word, at) => word === 'json' && argv[at - 1] === '--format')
    )
  }

  async run(): Promise<AnalysisReport | ClearedCache> {
    const {args, flags} = await this.parse(HeapdumpAnalyze)
    if (flags['clear-cache']) return this.clearCache()
    const {cutReport} = await import('../../lib/analysis/report/cut-report.js')
    if (flags.html !== undefined) await this.refuseTaken(flags.html, flags.force)
    const [dump] = await this.findDumps([args.dump], flags)
    const {generation, class: className, site, section} = flags
    const top = flags.top ?? (this.jsonEnabled() ? TOP_IN_JSON : section === undefined ? TOP_ON_SCREEN : TOP_OF_SECTION)
    const topInHtml = Math.min(flags.top || TOP_IN_HTML, TOP_IN_HTML)
    const topRead = flags.html === undefined || top === 0 ? top : Math.max(top, topInHtml)
    // Ways to a few objects cost little; to all of them they are followed when asked for.
    const paths = section === 'paths' || className !== undefined || site !== undefined
    // What is kept of a dump for the next time has no texts of its strings.
    const masked = !this.jsonEnabled() && section !== 'strings' && !flags['show-values']
    const {full, tree} = await this.read(
      dump,
      {aliveOnly: !this.jsonEnabled(), className, generation, masked, paths, site, top: topRead},
      {cache: flags.cache, tree: flags.html !== undefined},
    )
    const isWhole = className === undefined && site === undefined && generation === undefined
    const since = isWhole ? await this.compare(dump, full, flags.cache) : null
    const compared = {...full, sincePrevious: since}
    const report = cutReport(compared, top)

    if (flags.format === 'markdown') await this.showMarkdown(report, dump, flags['show-values'])
    else if (!this.jsonEnabled()) {
      const shared = flags.html !== undefined
      if (section === undefined) this.print(await drawFirstPage({dump, report, shared, verbose: flags.verbose}))
      else
        await this.show('SectionScreen', {next: nextAfter(section, dump, report), report, section, title: dump.title})
    }

    if (flags.html !== undefined && tree !== null) {
      const {writeReport} = await import('../../lib/render/html/write-report.js')
      const showsValues = flags['show-values']
      const bytes = await writeReport({
        file: flags.html,
        overwrite: flags.force,
        report: cutReport(compared, topInHtml),
        showsValues,
        title: sharedTitle(dump),
        tree,
      })
      const warning = showsValues
        ? "It shows values of the app's strings: pass it on with care."
        : 'Values of strings are masked.'
      this.say(`Wrote ${flags.html} (${formatBytes(bytes)}). Any browser opens it, offline.`, warning)
    }

    this.warnIfTruncated(report.dump)
    if (flags['fail-on'] !== undefined) await this.judge(report, flags['fail-on'])
    return report
  }

  /** Before minutes of reading whose result would have no place. */
  private async refuseTaken(file: string, overwrite: boolean): Promise<void> {
    const [{refuseTaken}, {reportFileOptions}] = await Promise.all([
      import('../../lib/private-file.js'),
      import('../../lib/render/html/write-report.js'),
    ])
    await refuseTaken(file, reportFileOptions(overwrite))
  }

  private async read(
    dump: NamedDump,
    options: ReportOptions,
    wanted: {readonly cache: boolean; readonly tree: boolean},
  ): Promise<{full: AnalysisReport; tree: MemoryNode | null}> {
    const [{openAnalysis}, {rememberReports}, {openProgressBar}] = await Promise.all([
      import('../../lib/analysis/session/open-analysis.js'),
      import('../../lib/cache/cached-analysis.js'),
      import('../../lib/render/progress-bar.js'),
    ])
    const progress = openProgressBar(process.stderr)
    try {
      const open = () => {
        const opening = openAnalysis([dump], progress.onProgress)
        // Loading Ink takes as long as reading a small dump, so both happen at once.
        if (!this.jsonEnabled()) void import('../../lib/render/ink/render-screen.js')
        return opening
      }
      const analysis = wanted.cache
        ? await rememberReports({cache: await this.openCache(), dump, identify: () => identify(dump)}, open)
        : await open()
      try {
        return {full: await analysis.ask('report', options), tree: wanted.tree ? await analysis.ask('tree', MAP) : null}
      } finally {
        await analysis.close()
      }
    } finally {
      progress.close()
    }
  }

  /** With the dump before it, of which nothing is downloaded: its report may be remembered, its facts are in the list. */
  private async compare(
    {previous, stored, target}: NamedDump,
    report: AnalysisReport,
    usesCache: boolean,
  ): Promise<AnalysisReport['sincePrevious']> {
    if (previous === null || stored === null) return null
    const [{sincePrevious}, {storedIdentity}] = await Promise.all([
      import('../../lib/analysis/report/since-previous.js'),
      import('../../lib/cache/dump-identity.js'),
    ])
    const identity = usesCache ? storedIdentity(previous, target) : null
    const options = {aliveOnly: true, masked: true, paths: false, top: 1}
    const earlier = identity === null ? null : await (await this.openCache()).find(identity, options)
    return sincePrevious(previous, stored, report, earlier)
  }

  private async openCache(): Promise<ReportCache> {
    const [{ReportCache}, {analyzerVersion}] = await Promise.all([
      import('../../lib/cache/report-cache.js'),
      import('../../lib/cache/analyzer-version.js'),
    ])
    return new ReportCache(join(this.config.cacheDir, 'heapdump-reports'), await analyzerVersion())
  }

  private async clearCache(): Promise<ClearedCache> {
    const cleared = await (await this.openCache()).clear()
    this.log(`Forgot ${cleared} ${cleared === 1 ? 'report' : 'reports'}.`)
    return {cleared}
  }

  private async judge({suspects}: AnalysisReport, limit: FailOn): Promise<void> {
    const {failure} = await import('../../lib/analysis/report/fail-on.js')
    const reason = failure(suspects, limit)
    if (reason === null) return
    process.exitCode = DONE_WITH_WARNING
    // Not a warning of oclif's, which --json would swallow.
    this.say(reason)
  }

  private async showMarkdown(report: AnalysisReport, dump: NamedDump, showsValues: boolean): Promise<void> {
    const [{markdownReport}, {textsOf}] = await Promise.all([
      import('../../lib/render/markdown.js'),
      import('../../lib/render/mask.js'),
    ])
    this.log(
      ...markdownReport({report, showText: textsOf(report, showsValues), title: sharedTitle(dump), top: 0}).split('\n'),
    )
  }
}

async function identify(dump: NamedDump): Promise<string | null> {
  const {fileIdentity, storedIdentity} = await import('../../lib/cache/dump-identity.js')
  if (dump.stored !== null) return storedIdentity(dump.stored, dump.target)
  return 'path' in dump.bytes ? fileIdentity(dump.bytes.path) : null
}

/** Where a file lies on this machine is nobody else's business. */
function sharedTitle({stored, title}: NamedDump): string {
  return stored === null ? basename(title) : title
}
