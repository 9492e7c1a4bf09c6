// Reports of analyzed dumps, so that opening one again is instant. Never with string contents: for those, the dump is read
// again. The files are few, private (0600), and deleted by `heapdump:analyze --clear-cache`. A cache that cannot be read or
// written is not an error: the dump is analyzed again.
import {createHash} from 'node:crypto'
import {readFile, utimes, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import type {AnalysisReport, ReportOptions} from '../analysis/report/report.js'
import {clearFolder, keepFile} from './folder.js'

const MAX_REPORTS = 100
const MAX_BYTES = 32 << 20
const MAX_REPORT_BYTES = 4 << 20

type Entry = {readonly top: number; readonly report: AnalysisReport}

export class ReportCache {
  /** `directory` may not exist yet. It must not contain other files. */
  constructor(
    private readonly directory: string,
    private readonly version: string,
  ) {}

  /** The report of a dump with at least the requested rows; null: none. */
  async find(identity: string, options: ReportOptions): Promise<AnalysisReport | null> {
    if (options.masked !== true) return null
    const path = this.pathOf(identity, options)
    try {
      const {top, report} = JSON.parse(await readFile(path, 'utf8')) as Entry
      if (top !== 0 && (options.top === 0 || top < options.top)) return null
      const now = new Date()
      await utimes(path, now, now).catch(() => {})
      return report
    } catch {
      return null
    }
  }

  async keep(identity: string, options: ReportOptions, report: AnalysisReport): Promise<void> {
    if (!report.masked) return
    const text = JSON.stringify({report, top: options.top} satisfies Entry)
    if (text.length > MAX_REPORT_BYTES) return
    const limits = {mostBytes: MAX_BYTES, mostFiles: MAX_REPORTS}
    await keepFile(this.pathOf(identity, options), limits, async path => {
      await writeFile(path, text, {flag: 'wx', mode: 0o600})
      return true
    })
  }

  /** Deletes all reports. Returns their number. */
  clear(): Promise<number> {
    return clearFolder(this.directory, '.json')
  }

  private pathOf(identity: string, {top: _top, ...options}: ReportOptions): string {
    // Leave out undefined options, but keep null, which has a meaning.
    const key = JSON.stringify([
      this.version,
      identity,
      Object.entries(options)
        .filter(([, value]) => value !== undefined)
        .toSorted(),
    ])
    return join(this.directory, `${createHash('sha256').update(key).digest('hex')}.json`)
  }
}
