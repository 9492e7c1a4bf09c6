// What to type after a screen. Each command can be pasted as it is.
import type {AnalysisReport} from '../analysis/report.js'
import type {SectionName} from '../analysis/sections.js'
import type {Suspect} from '../analysis/suspects/finding.js'

/** The dump and its flags, as a shell takes them. */
export type DumpOnCommandLine = {readonly name: string; readonly target: string}

/** Made of all over the place: which of them an app keeps is nothing that their class says. */
const EVERYWHERE = new Set(['Array', 'Class', 'Float', 'Hash', 'Integer', 'Module', 'Object', 'Proc', 'Range', 'Regexp', 'String', 'Symbol', 'Time'])

/** After the first page, at most three: the worst suspect explained; all of it; a file to share, where the page has `room` for a line more. */
export function nextAfterFirstPage({suspects: [culprit]}: AnalysisReport, dump: DumpOnCommandLine, {verbose, room}: {readonly verbose: boolean; readonly room: boolean}): string[] {
  const {name, target} = quoted(dump)
  const explained = culprit?.path.at(-1)?.address
  return [
    ...(explained === undefined ? [] : [`heroku heapdump:explain ${name} ${explained}${target}`]),
    verbose ? `heroku heapdump:explore ${name}${target}` : `heroku heapdump:analyze ${name}${target} --verbose`,
    ...(room ? [`heroku heapdump:analyze ${name}${target} --html report.html`] : []),
  ]
}

/** After a comparison: what grew most explained in the last dump. An owner that is no class (the VM, a thread) goes by its object's address. */
export function nextAfterGrowth([worst]: readonly Suspect[], last: DumpOnCommandLine): string {
  const {name, target} = quoted(last)
  if (worst === undefined) return `heroku heapdump:analyze ${name}${target}`
  const isClass = worst.path.some(({label}) => label === `${worst.owner} (class)` || label === `${worst.owner} (module)`)
  const what = isClass ? worst.owner : worst.path.at(-1)?.address
  return what === undefined ? `heroku heapdump:analyze ${name}${target}` : `heroku heapdump:explain ${name} ${shellWord(what)}${target}`
}

/** The command that goes on from a section: the first row that says something of the app, explained. */
export function nextAfter(section: SectionName, dump: DumpOnCommandLine, report: AnalysisReport): string {
  const {allocationSites, classes, biggest, collections, generations, retainers, threads} = report
  const {name, target} = quoted(dump)
  const analyze = (flags: string) => `heroku heapdump:analyze ${name}${target} ${flags}`
  const explain = (what: string | undefined) => (what === undefined ? analyze('--section retainers') : `heroku heapdump:explain ${name} ${shellWord(what)}${target}`)
  const ofApp = (rows: ReadonlyArray<{readonly address: string; readonly label: string}>) => rows.find(({label}) => label !== 'allocation tracer')?.address
  switch (section) {
    case 'sites':
    case 'gems': {
      const [site] = allocationSites
      return explain(site === undefined ? classes[0]?.name : `${endOfPath(site.file)}${site.line === null ? '' : `:${site.line}`}`)
    }

    case 'biggest':
      return explain(ofApp(biggest))
    case 'collections':
      return explain(collections.biggest[0]?.address)
    case 'threads':
      return explain(threads[0]?.address)
    case 'retainers':
    case 'paths':
      return explain(ofApp(retainers))
    case 'classes':
      return explain((classes.find(({name: className}) => /^[A-Z]/.test(className) && !EVERYWHERE.has(className)) ?? classes[0])?.name)
    case 'generations': {
      const [largest] = generations.filter(({generation}) => generation !== null).toSorted((a, b) => b.memsize - a.memsize)
      return analyze(`--section sites${largest === undefined ? '' : ` --generation ${largest.generation}`}`)
    }

    case 'strings':
      return analyze('--class String --section sites')
    case 'totals':
    case 'memory':
    case 'pages':
    case 'vm':
      return analyze('--section retainers')
  }
}

/** The target is flags already. */
function quoted({name, target}: DumpOnCommandLine): DumpOnCommandLine {
  return {name: shellWord(name), target}
}

/** Enough of a path to find its lines by: explain asks for no more. */
function endOfPath(file: string): string {
  return file.split('/').slice(-4).join('/')
}

/** As a shell takes it for one word. */
export function shellWord(text: string): string {
  return /^[\w:./@-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`
}
