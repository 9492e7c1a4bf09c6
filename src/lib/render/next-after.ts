// What to type after a section of a report.
import type {AnalysisReport} from '../analysis/report.js'
import type {SectionName} from '../analysis/sections.js'

/** The command that goes on from a section: what its first row is, explained. `name` names the dump, with its flags. */
export function nextAfter(section: SectionName, name: string, {allocationSites, classes, biggest, collections, retainers, threads}: AnalysisReport): string {
  const explain = (what: string | undefined) => `heroku heapdump:explain ${name} ${what === undefined ? 'CLASS' : shellWord(what)}`
  switch (section) {
    case 'sites':
    case 'gems': {
      const [site] = allocationSites
      return explain(site === undefined ? classes[0]?.name : `${endOfPath(site.file)}${site.line === null ? '' : `:${site.line}`}`)
    }

    case 'biggest':
      return explain(biggest[0]?.address)
    case 'collections':
      return explain(collections.biggest[0]?.address)
    case 'threads':
      return explain(threads[0]?.address)
    case 'retainers':
    case 'paths':
      return explain(retainers[0]?.address)
    case 'classes':
      return explain(classes[0]?.name)
    case 'generations':
      return `heroku heapdump:analyze ${name} --section sites --generation N`
    case 'strings':
      return `heroku heapdump:analyze ${name} --class String --section sites`
    case 'totals':
    case 'memory':
    case 'pages':
    case 'vm':
      return `heroku heapdump:analyze ${name} --section retainers`
  }
}

/** Enough of a path to find its lines by: explain asks for no more. */
function endOfPath(file: string): string {
  return file.split('/').slice(-4).join('/')
}

/** As a shell takes it for one word. */
export function shellWord(text: string): string {
  return /^[\w:./@-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`
}
