// The command to suggest after each screen.
import type {AnalysisReport} from '../analysis/report/report.js'
import type {SectionName} from '../analysis/report/sections.js'
import type {Suspect} from '../analysis/suspects/finding.js'
import {type CommandLine, herokuCommand, type Target} from '../command-line.js'
import type {NamedObject} from '../analysis/objects/object-rows.js'
import {isModuleRole} from '../analysis/objects/roles.js'

/** A dump's name on the command line, and the flags that locate it. */
export type DumpOnCommandLine = {readonly name: string; readonly target: Target}

export type AfterFirstPage = {readonly previous?: string | null; readonly verbose: boolean; readonly room: boolean}

/**
 * After the first page: explain the worst suspect, or where the process's memory is if that is no object; diff with the `previous` dump of the process, show everything, and
 * write a file to share if the page has `room` for one more line.
 */
export function nextAfterFirstPage(
  {process: recorded, suspects}: AnalysisReport,
  {name, target}: DumpOnCommandLine,
  {previous = null, verbose, room}: AfterFirstPage,
): CommandLine[] {
  // Only what is no object has no path.
  const isNoObject = recorded !== null && suspects[0]?.path.length === 0
  const explained = suspects.find(({path}) => path.length > 0)?.path.at(-1)?.address
  const analyze = (...flags: readonly string[]) => herokuCommand('heapdump:analyze', [name], [...target, ...flags])
  const explain = explained === undefined ? [] : [herokuCommand('heapdump:explain', [name], target, [explained])]
  return [
    ...(isNoObject ? [analyze('--section', 'memory')] : explain),
    ...(previous === null ? [] : [herokuCommand('heapdump:diff', [previous, name], target)]),
    verbose ? herokuCommand('heapdump:explore', [name], target) : analyze('--verbose'),
    ...(room ? [analyze('--html', 'report.html')] : []),
  ]
}

/**
 * After a comparison: explain what grew most, in the last dump. An owner that is not a class (the VM, a thread) is
 * named by address.
 */
export function nextAfterGrowth([worst]: readonly Suspect[], {name, target}: DumpOnCommandLine): CommandLine {
  const analyze = herokuCommand('heapdump:analyze', [name], target)
  if (worst === undefined) return analyze
  const isClass = worst.path.some(({address, role}) => address === worst.ownerAddress && isModuleRole(role))
  const what = isClass ? worst.owner : worst.path.at(-1)?.address
  return what === undefined ? analyze : herokuCommand('heapdump:explain', [name], target, [what])
}

/** After a section: explain the first row that belongs to the app. */
export function nextAfter(
  section: SectionName,
  {name, target}: DumpOnCommandLine,
  report: AnalysisReport,
): CommandLine {
  const {allocationSites, classes, largest, collections, generations, dominators, threads} = report
  const analyze = (...flags: readonly string[]) => herokuCommand('heapdump:analyze', [name], [...target, ...flags])
  const explain = (what: string | undefined) =>
    what === undefined ? analyze('--section', 'dominators') : herokuCommand('heapdump:explain', [name], target, [what])
  const ofApp = (rows: ReadonlyArray<Pick<NamedObject, 'address' | 'role'>>) =>
    rows.find(({role}) => role !== 'tracer')?.address
  switch (section) {
    case 'sites':
    case 'gems': {
      const [site] = allocationSites
      return explain(
        site === undefined ? classes[0]?.name : `${endOfPath(site.file)}${site.line === null ? '' : `:${site.line}`}`,
      )
    }

    case 'largest':
      return explain(ofApp(largest))
    case 'collections':
      return explain(collections.largest[0]?.address)
    case 'threads':
      return explain(threads[0]?.address)
    case 'dominators':
    case 'paths':
      return explain(ofApp(dominators))
    case 'classes':
      // Core classes are used everywhere, so their class says nothing about which instances the app keeps.
      return explain((classes.find(({origin}) => origin !== 'core') ?? classes[0])?.name)
    case 'generations': {
      const [fullest] = generations
        .filter(({generation}) => generation !== null)
        .toSorted((a, b) => b.memsize - a.memsize)
      return analyze(
        '--section',
        'sites',
        ...(fullest === undefined ? [] : ['--generation', String(fullest.generation)]),
      )
    }

    case 'strings':
      return analyze('--class', 'String', '--section', 'sites')
    case 'totals':
    case 'memory':
    case 'pages':
    case 'vm':
      return analyze('--section', 'dominators')
  }
}

/** The end of a path is enough for explain to match. */
function endOfPath(file: string): string {
  return file.split('/').slice(-4).join('/')
}
